#include "failure/words.h"
#include "base/ascii.h"

static int
in_word(char c)
{
	return ascii_alnum(c) || (unsigned char)c >= 0x80;
}

/* what ends an address; a dot, a hyphen or a plus does not */
static int
between(char c)
{
	return (unsigned char)c <= ' ' || c == 0x7f ||
	    memchr("<>()[]{},;:\"|", c, 13) != NULL;
}

/* the bytes of an apostrophe at p: ' or U+2019; 0: none */
static size_t
apostrophe(const char *p, const char *end)
{
	if (*p == '\'')
		return 1;
	return end - p >= 3 && memcmp(p, "\xe2\x80\x99", 3) == 0 ? 3 : 0;
}

static void
add(struct words *w, char *p, size_t n)
{
	if (n > 0 && w->n < WORDS_MAX)
		w->word[w->n++] = (struct slice){ p, n };
}

/* the words of p..end, which has no address, to out; where it ends */
static char *
split(struct words *w, const char *p, const char *end, char *out)
{
	char *begin = out;
	size_t skip;

	for (; p < end; p++) {
		skip = apostrophe(p, end);
		if (skip > 0) {
			p += skip - 1;
			continue;
		}
		if (in_word(*p)) {
			*out++ = ascii_lower(*p);
			continue;
		}
		add(w, begin, (size_t)(out - begin));
		begin = out;
	}
	add(w, begin, (size_t)(out - begin));
	return out;
}

void
words_of(struct words *w, const char *p, size_t n)
{
	const char *end, *e;
	char *out = w->text;

	w->n = 0;
	if (n > WORDS_TEXT_MAX)
		n = WORDS_TEXT_MAX;
	for (end = p + n; p < end; p = e) {
		for (e = p; e < end && !between(*e);)
			e++;
		if (e == p)
			e++;
		else if (memchr(p, '@', (size_t)(e - p)) == NULL)
			out = split(w, p, e, out);
		else {
			*out = '@';
			add(w, out++, 1);
		}
	}
}

/* phrases */

static int
gap(struct slice word)
{
	return word.n == 1 && *word.p == '*';
}

/* may a phrase be found by it? */
static int
whole(struct slice word)
{
	return word.n > 0 && *word.p != '@' && word.p[word.n - 1] != '*';
}

/* the next word of a phrase in the table's text, small letters, to out; its
 * length, 0 at the end, -1 when there is a * within */
static long
phrase_word(const char **at, const char *end, char *out)
{
	const char *p = *at;
	long n = 0;

	while (p < end && !in_word(*p) && *p != '*' && *p != '@')
		p++;
	if (p < end && (*p == '@' || *p == '*')) {
		*out = *p++;
		n = 1;
	} else
		while (p < end && (in_word(*p) || apostrophe(p, end) > 0)) {
			size_t skip = apostrophe(p, end);

			p += skip;
			if (skip == 0)
				out[n++] = ascii_lower(*p++);
		}
	if (n > 0 && *out != '@' && *out != '*' && p < end && *p == '*')
		out[n++] = *p++;
	*at = p;
	return n > 0 && p < end && out[n - 1] == '*' &&
		(in_word(*p) || *p == '*' || *p == '@')
	    ? -1
	    : n;
}

const char *
words_phrase(const char *p, size_t n, char *out, struct slice *key)
{
	const char *end = p + n;
	unsigned words = 0, gaps = 0;
	struct slice w;
	long len;

	key->n = 0;
	while ((len = phrase_word(&p, end, out + (words > 0))) > 0) {
		if (words > 0)
			*out++ = ' ';
		w = (struct slice){ out, (size_t)len };
		gaps += (unsigned)gap(w);
		if (++words > WORDS_PHRASE_MAX)
			return "a phrase has at most 16 words";
		if (gaps > WORDS_GAPS_MAX)
			return "a phrase has at most 3 *";
		if (whole(w) && w.n > key->n)
			*key = w;
		out += len;
	}
	*out = '\0';
	if (len == -1)
		return "a * stands at the end of a word, or by itself";
	if (key->n == 0)
		return "a phrase has at least one whole word";
	return NULL;
}

/* is a word of a reply the one that a phrase wants? */
static int
fits(struct slice want, struct slice word)
{
	if (want.p[want.n - 1] != '*')
		return want.n == word.n && memcmp(want.p, word.p, word.n) == 0;
	return word.n >= want.n - 1 && memcmp(want.p, word.p, want.n - 1) == 0;
}

/* does the rest of a phrase stand at this word? */
static int
at_word(const struct words *w, size_t i, struct slice rest)
{
	struct slice want;
	size_t skip;

	while (word_piece(&rest, ' ', &want)) {
		if (gap(want)) {
			for (skip = 0; skip <= WORDS_GAP_MAX; skip++)
				if (at_word(w, i + skip, rest))
					return 1;
			return 0;
		}
		if (i >= w->n || !fits(want, w->word[i++]))
			return 0;
	}
	return 1;
}

int
words_have(const struct words *w, struct slice phrase)
{
	size_t i;

	for (i = 0; i < w->n; i++)
		if (at_word(w, i, phrase))
			return 1;
	return 0;
}

/* codes */

/* digits at p, at most three of them, then none more */
static size_t
digits(const char *p, const char *end)
{
	size_t n = 0;

	while (p + n < end && ascii_digit(p[n]))
		n++;
	return n <= 3 ? n : 0;
}

/* an enhanced code at p: its length, or 0.  The subject is 0 to 7 */
static size_t
esc_at(const char *p, const char *end)
{
	const char *s = p;
	size_t n;

	if (end - p < 5 || memchr("245", *p, 3) == NULL || p[1] != '.' ||
	    p[2] < '0' || p[2] > '7' || p[3] != '.')
		return 0;
	p += 4;
	n = digits(p, end);
	p += n;
	/* no more numbers: it would be an address or a version */
	if (n == 0 || (end - p >= 2 && *p == '.' && ascii_digit(p[1])))
		return 0;
	return (size_t)(p - s);
}

static unsigned
code_at(const char *p, const char *end)
{
	if (digits(p, end) != 3 || (*p != '4' && *p != '5') || p[1] > '7')
		return 0;
	if (end - p > 3 &&
	    (in_word(p[3]) ||
		(p[3] == '.' && end - p > 4 && ascii_digit(p[4]))))
		return 0;
	return (unsigned)((p[0] - '0') * 100 + (p[1] - '0') * 10 + p[2] - '0');
}

void
words_codes(const char *p, size_t n, unsigned *code, struct slice *esc)
{
	const char *end = p + n, *begin = p;
	size_t len;

	*code = 0;
	*esc = (struct slice){ p, 0 };
	for (; p < end && (*code == 0 || esc->n == 0); p++) {
		if (p > begin && (in_word(p[-1]) || p[-1] == '.'))
			continue;
		len = esc->n == 0 ? esc_at(p, end) : 0;
		if (len > 0)
			*esc = (struct slice){ p, len };
		else if (*code == 0)
			*code = code_at(p, end);
	}
}
