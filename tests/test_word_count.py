"""The chapters stay shorter than those of the edition of 22 November 2026, by one script for both."""

from pathlib import Path

from word_count import BEFORE, NINE, count, words

PAGE = """<html><nav>not this</nav><article class="bd-article"><h1>Rents</h1>
<details class="cb-abstract"><summary>x</summary><p>not this either</p></details>
<p>Rents rose from 0.3–0.4 to <a href="#">5–5.5</a> yuan.</p><table><tr><td>no cell</td></tr></table>
<div class="cell"><div class="cell_input"><pre>no code</pre></div><ul><li>It's said.</li></ul></div>
<figure><p class="cb-title">A picture</p><div class="cb-source">no source</div></figure>
<section id="what-else-is-on-record"><h2>What else</h2><p>not these rows</p></section>
</article></html>"""


def test_running_words_are_counted_and_nothing_else() -> None:
    assert words(PAGE) == 7 + 2 + 2


def test_the_nine_chapters_have_at_most_seven_tenths_of_the_words(book: Path) -> None:
    now = count(book / "chapters")
    assert set(now) == set(NINE)
    assert sum(now.values()) <= 0.7 * sum(BEFORE.values()), now
