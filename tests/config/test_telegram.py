import pytest

from config.telegram import channel_address


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("https://t.me/s/city_faces", "https://t.me/s/city_faces"),
        ("https://t.me/s/City_Faces/", "https://t.me/s/City_Faces"),
        ("https://t.me/city_faces", "https://t.me/s/city_faces"),
        ("http://t.me/city_faces/17", "https://t.me/s/city_faces"),
        ("https://t.me/s/city_faces/17?single", "https://t.me/s/city_faces"),
        ("https://telegram.me/city_faces", "https://t.me/s/city_faces"),
        ("t.me/city_faces", "https://t.me/s/city_faces"),
        ("@city_faces", "https://t.me/s/city_faces"),
        ("https://t.me/s/city_faces?before=100", "https://t.me/s/city_faces"),
        ("https://t.me/s/city_faces?q=%D0%BB%D0%B8%D1%86%D0%B0", "https://t.me/s/city_faces?q=%D0%BB%D0%B8%D1%86%D0%B0"),
        ("https://t.me/joinchat/AbCdEfGh", None),
        ("https://t.me/+AbCdEfGh", None),
        ("https://t.me/c/1001/5", None),
        ("https://t.me/addstickers/abc", None),
        ("https://t.me/share", None),
        ("https://t.me/", None),
        ("https://example.org/s/city_faces", None),
        ("https://t.me.example.org/city_faces", None),
        ("@ab", None),
        ("@city faces", None),
        ("feeds/@city_faces", None),
        ("https://[", None),
        ("", None),
    ],
)  # fmt: skip
def test_channel_address(text: str, address: str | None) -> None:
    assert channel_address(text) == address
    if address:
        assert channel_address(address) == address
