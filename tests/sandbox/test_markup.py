"""HTML as Telegram reads it: tags, entities in UTF-16 units, and every refusal with its place."""

import html
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox import ApiError
from sandbox.markup import parse_html
from sandbox.text import units


@pytest.mark.parametrize(
    ("source", "text", "entities"),
    [
        ("a &lt;b&gt; &amp;&quot;", 'a <b> &"', []),
        ("&#65;&#x1EA1;&#128077;", "Aạ👍", []),
        ("&nbsp; &copy; & &#0;", "&nbsp; &copy; & &#0;", []),
        ("&lt3 &amp", "<3 &", []),
        ("<b>Hồ sơ</b>", "Hồ sơ", [("bold", 0, 5)]),
        ("👍<strong>a</strong>", "👍a", [("bold", 2, 1)]),
        ("<B>a</b >", "a", [("bold", 0, 1)]),
        ("<i>a<u>b</u></i>", "ab", [("italic", 0, 2), ("underline", 1, 1)]),
        ("<em>a</em><ins>b</ins>", "ab", [("italic", 0, 1), ("underline", 1, 1)]),
        ("<s>a</s><strike>b</strike><del>c</del>", "abc", [("strikethrough", 0, 3)]),
        ('<span class="tg-spoiler">a</span>', "a", [("spoiler", 0, 1)]),
        ("<tg-spoiler>a</tg-spoiler>", "a", [("spoiler", 0, 1)]),
        ("<blockquote>a</blockquote>", "a", [("blockquote", 0, 1)]),
        ("<blockquote expandable>a</blockquote>", "a", [("expandable_blockquote", 0, 1)]),
        ("<code>a</code>", "a", [("code", 0, 1)]),
        ("<pre>a</pre>", "a", [("pre", 0, 1)]),
        ("<b>a<code>b</code>c</b>", "abc", [("bold", 0, 1), ("code", 1, 1), ("bold", 2, 1)]),
        (
            "<b><blockquote><code>a</code>b</blockquote>c</b>",
            "abc",
            [("blockquote", 0, 2), ("code", 0, 1), ("bold", 1, 1), ("bold", 2, 1)],
        ),
        ("<b></b>a", "a", []),
        ("<b>a</>", "a", [("bold", 0, 1)]),
        ("<a>không</a>", "không", []),
        ("a > b", "a > b", []),
    ],
)
def test_reads(source: str, text: str, entities: list[tuple[str, int, int]]) -> None:
    found, given_entities = parse_html(source)
    assert found == text
    assert [(e["type"], e["offset"], e["length"]) for e in given_entities] == entities


@pytest.mark.parametrize(
    ("source", "entity"),
    [
        ('<a href="https://knlt.vn">a</a>', {"type": "text_link", "url": "https://knlt.vn/"}),
        (
            "<a href='HTTP://Knlt.VN/A?b#c'>a</a>",
            {"type": "text_link", "url": "http://knlt.vn/A?b#c"},
        ),
        (
            '<a href="knlt.vn?a=1&amp;b=2">a</a>',
            {"type": "text_link", "url": "http://knlt.vn/?a=1&b=2"},
        ),
        ('<a href="tg://user?id=12">a</a>', {"type": "text_mention", "user_id": 12}),
        (
            '<a href="tg://resolve?domain=x">a</a>',
            {"type": "text_link", "url": "tg://resolve?domain=x"},
        ),
        ('<pre><code class="language-py">a</code></pre>', {"type": "pre", "language": "py"}),
        ('<code class="language-py">a</code>', {"type": "code"}),
        (
            '<tg-emoji emoji-id="5368">a</tg-emoji>',
            {"type": "custom_emoji", "custom_emoji_id": "5368"},
        ),
    ],
)
def test_reads_attributes(source: str, entity: dict[str, Any]) -> None:
    assert parse_html(source) == ("a", [{**entity, "offset": 0, "length": 1}])


@pytest.mark.parametrize(
    ("source", "problem"),
    [
        ("<x>a</x>", 'Unsupported start tag "x" at byte offset 0'),
        ("ạ<h1>a</h1>", 'Unsupported start tag "h1" at byte offset 3'),
        ("<3", "Unclosed start tag at byte offset 0"),
        ("< b>", 'Unsupported start tag "" at byte offset 0'),
        ("<b>a", 'Can\'t find end tag corresponding to start tag "b"'),
        ("a</b>", "Unexpected end tag at byte offset 1"),
        ("<b><i>a</b></i>", 'Unmatched end tag at byte offset 7, expected "</i>", found "</b>"'),
        ("<b>a</b", "Unclosed end tag at byte offset 4"),
        ('<a href="x>a</a>', "Unclosed start tag at byte offset 0"),
        ('<a "x">a</a>', 'Empty attribute name in the tag "a" at byte offset 0'),
        ("<a href", 'Unclosed start tag "a" at byte offset 0'),
        ("<a href=", 'Unclosed start tag "a" at byte offset 0'),
        ("<a href=x:y>a</a>", "Unexpected end of name token at byte offset 8"),
        ("<span>a</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
        ("<tg-emoji>a</tg-emoji>", "Invalid custom emoji identifier specified"),
        ("&#xd800;", "Text contains invalid Unicode characters"),
    ],
)
def test_refuses(source: str, problem: str) -> None:
    with pytest.raises(ApiError) as refused:
        parse_html(source)
    assert refused.value.code == 400
    assert refused.value.description.startswith(f"Bad Request: can't parse entities: {problem}")


texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
trees = st.recursive(
    texts.map(lambda text: (html.escape(text), text)),
    lambda inner: st.builds(
        lambda tag, parts: (
            f"<{tag}>" + "".join(p[0] for p in parts) + f"</{tag}>",
            "".join(p[1] for p in parts),
        ),
        st.sampled_from(["b", "i", "u", "s", "code", "pre", "blockquote", "tg-spoiler"]),
        st.lists(inner, max_size=4),
    ),
)


@given(texts)
def test_escaped_text_comes_back_as_it_was(text: str) -> None:
    # html.escape writes &#x27; for the apostrophe; all five references are known to Telegram.
    assert parse_html(html.escape(text)) == (text, [])


@given(trees)
def test_nested_tags_leave_their_text(tree: tuple[str, str]) -> None:
    source, text = tree
    assert parse_html(source)[0] == text


@given(trees)
def test_entities_lie_within_the_text_and_nest_properly(tree: tuple[str, str]) -> None:
    text, entities = parse_html(tree[0])
    spans = [(e["offset"], e["offset"] + e["length"], e["type"]) for e in entities]
    for start, stop, kind in spans:
        assert 0 <= start < stop <= units(text)
        for other_start, other_stop, other in spans:
            apart = stop <= other_start or other_stop <= start
            inside = start <= other_start and other_stop <= stop
            around = other_start <= start and stop <= other_stop
            assert apart or inside or around
            solid = kind in ("code", "pre") and (other_start, other_stop, other) != (
                start,
                stop,
                kind,
            )
            assert apart or (around and other == "blockquote") or not solid


@given(st.text(alphabet="<>/ab &;=\"'#x1 ", max_size=30))
def test_any_soup_is_read_or_refused(source: str) -> None:
    try:
        text, entities = parse_html(source)
    except ApiError as refused:
        text, entities = refused.description, []
        if not text.startswith("Bad Request: can't parse entities: "):
            raise
    assert all(e["offset"] + e["length"] <= units(text) for e in entities)
