"""A small web of invented outlets on 127.0.0.1, which shows the whole product without the internet.

articles.toml ─► outlets ─► documents (feeds and pages as of a moment) ─► web (path → reply) ─► server
"""
