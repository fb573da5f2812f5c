"""How wide texts count as: cut to a room, broken into lines, side by side in a legend."""

from __future__ import annotations

import pytest

from sim.dashboard import theme
from tests.dashboard.hostile import PAYLOADS


@pytest.mark.parametrize(
    "text", [*PAYLOADS, "W" * 40, "i" * 40, "\ufdfd" * 9, "\u01f1" * 30, "e\u0301" * 40]
)
def test_what_is_cut_fits_and_as_much_is_kept_as_does(text):
    whole = theme.clean(text)
    for pixels in (30, 76, 180, 400):
        for bold in (False, True):
            kept = theme.fit(text, pixels, 12, bold)
            assert theme.text_width(kept, 12, bold) <= pixels
            if kept != whole:
                more = whole[: len(kept)] + "…"
                assert kept.endswith("…") and whole.startswith(kept[:-1].rstrip())
                assert theme.text_width(more, 12, bold) > pixels or more.rstrip("…").endswith(" ")


def test_a_cut_text_is_made_safe_after_it_was_cut():
    assert theme.within("<b>a</b> & %{x}", 400) == "&lt;b&gt;a&lt;/b&gt; &amp; &#37;{x}"
    assert theme.within("<" * 40, 40) == "&lt;" * 2 + "…"


def test_letters_count_by_their_width():
    assert theme.text_width("WWWW") > theme.text_width("mmm") > theme.text_width("iiiiiiii")
    assert theme.text_width("é", 12) == theme.text_width("e", 12) == theme.text_width("e\u0301", 12)
    assert theme.text_width("a", 12, bold=True) > theme.text_width("a", 12)
    assert theme.text_width("長") > theme.text_width("m") and theme.text_width("\u200d\ufe0f") == 0


def test_lines_are_broken_between_words_and_the_last_is_cut():
    text = "half-life 63 working days, 31 % of all that is at stake"
    assert theme.lines(text, 1000) == [text]
    two = theme.lines(text, 230, 11)
    assert len(two) == 2 and " ".join(two) == text
    short = theme.lines(text, 120, 11)
    assert len(short) == 2 and short[1].endswith("…")
    assert all(theme.text_width(line, 11) <= 120 for line in short)
    assert (
        len(theme.lines(text, 120, 11, most=4)) == 4
        or " ".join(theme.lines(text, 120, 11, most=4)) == text
    )


def test_a_legend_has_as_many_rows_as_its_names_need():
    assert theme.legend(["a", "b"], 700, 180).rows == 1
    assert theme.legend(["W" * 40] * 6, 364, 150) == theme.Legend(6, 150)
    some = theme.legend(["shared", "top-down", "consulted"], 364, 150)
    assert some.text < 70 and some.rows == 1
