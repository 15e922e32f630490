"""The steps by which a database is brought up to date, in their order; each module of this package adds its own."""

from __future__ import annotations

from db.light import Migrations

APPLICATION_ID = 0x53454544
"""`PRAGMA application_id`: "SEED" in ASCII."""

migrations = Migrations("seedwatch")
