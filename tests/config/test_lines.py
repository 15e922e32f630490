import tomllib

from hypothesis import given
from hypothesis import strategies as st

from config.lines import line_of, lines, statements

TEXT = '''\
# a comment with [brackets] and = signs
top = """
[not.a.section]
x = 1
"""
[poll] # why
interval = "[["   # ]]
list = [
  "a", # = comment ]
  'b',
]
"quoted.key" = 1
a.b . c = {d = "}", e = [1]}

[[feeds]]
url = \'\'\'x
y\'\'\'\'

[[feeds]]
url = "\\"#"
[[feeds.more]]
z = 1
'''


def test_each_key_is_found_on_its_line() -> None:
    found = statements(TEXT)

    assert tomllib.loads(TEXT)
    assert [(s.path, s.first, s.last) for s in found] == [
        (("top",), 2, 5),
        (("poll",), 6, 6),
        (("poll", "interval"), 7, 7),
        (("poll", "list"), 8, 11),
        (("poll", "quoted.key"), 12, 12),
        (("poll", "a", "b", "c"), 13, 13),
        (("feeds", 0), 15, 15),
        (("feeds", 0, "url"), 16, 17),
        (("feeds", 1), 19, 19),
        (("feeds", 1, "url"), 20, 20),
        (("feeds", 1, "more", 0), 21, 21),
        (("feeds", 1, "more", 0, "z"), 22, 22),
    ]


def test_what_is_inside_a_value_is_on_the_line_of_the_value() -> None:
    found = lines(TEXT)

    assert line_of(("poll", "list", 1), found) == 8
    assert line_of(("poll", "missing"), found) == 6
    assert line_of(("nothing",), found) is None


@given(st.text(alphabet="ab[]{}=\"'#\n\\., \r\t"))
def test_any_text_is_split_without_an_error(text: str) -> None:
    lines = [s.first for s in statements(text)]

    assert lines == sorted(lines)
