"""Measures the rules for addresses: forms that get the key of the web form, and distinct articles merged."""

from __future__ import annotations

import argparse
import json
import time
from collections import Counter, defaultdict
from itertools import chain
from pathlib import Path
from typing import Any

from seeds.address import parse

DATA = Path(__file__).resolve().parents[1] / ".." / "shared" / "eval"


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--data", type=Path, default=DATA, help="folder with addresses*.jsonl")
    options.add_argument("--misses", action="store_true", help="print the forms that were not recognised")
    arguments = options.parse_args()
    for file in sorted(arguments.data.glob("addresses*.jsonl")):
        print(file.name)
        articles = [json.loads(line) for line in file.read_text("utf-8").splitlines()]
        recall(articles, misses=arguments.misses)
        merges(articles)
        speed(articles)


def recall(articles: list[dict[str, Any]], *, misses: bool) -> None:
    forms, found = Counter[str](), Counter[str]()
    for article in articles:
        web = parse(article["web"])
        for form in article["addresses"]:
            address = parse(form["url"])
            same = web is not None and address is not None and address.key == web.key
            forms[form["role"]] += 1
            found[form["role"]] += same
            if misses and not same:
                print(f"  missed: {form['url']}\n      of {article['web']}")
    for role, count in sorted(forms.items()):
        print(f"  {role}: {found[role]} of {count} ({found[role] / count:.3f})")
    others = forms.total() - forms["web"]
    print(f"  recall of AMP and CDN forms: {(found.total() - found['web']) / others:.3f}")


def merges(articles: list[dict[str, Any]]) -> None:
    """Articles of the data that share an address letter by letter are one, whatever the data's rows say."""
    first = {}
    for article in articles:
        urls = [article["web"], *(form["url"] for form in article["addresses"])]
        group = next((first[url] for url in urls if url in first), article["web"])
        first.update(dict.fromkeys(urls, group))
    by_key = defaultdict(set)
    for url, group in first.items():
        if address := parse(url):
            by_key[address.key].add(group)
    merged = {key: groups for key, groups in by_key.items() if len(groups) > 1}
    print(f"  keys shared by distinct articles: {len(merged)} ({len(set(first.values()))} articles)")
    for key, groups in sorted(merged.items()):
        print(f"    {key}: {', '.join(sorted(groups))}")


def speed(articles: list[dict[str, Any]]) -> None:
    urls = list(chain.from_iterable((form["url"] for form in article["addresses"]) for article in articles))
    parse.cache_clear()
    began = time.perf_counter()
    for url in urls:
        parse(url)
    print(f"  {len(urls) / (time.perf_counter() - began):,.0f} addresses per second")


if __name__ == "__main__":
    main()
