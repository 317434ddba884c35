/* words of replies, phrases, and codes in a text */
#include "failure/words.h"
#include "tap.h"
#include <stdlib.h>

/* what words_of() makes of a text, with blanks between */
static const struct {
	const char *text, *words;
} texts[] = {
	{ "", "" },
	{ " \t\r\n", "" },
	{ "User unknown", "user unknown" },
	{ "USER-unknown__now\r\n  please", "user unknown now please" },
	{ "doesn't", "doesnt" },
	{ "doesn\xe2\x80\x99t", "doesnt" },
	{ "'quoted'", "quoted" },
	{ "550 5.1.1 <a@b.example>... User Unknown",
	    "550 5 1 1 @ user unknown" },
	{ "mailto:User-Full@example.org.", "mailto @" },
	{ "\"no user\"@example.org", "no user @" },
	{ "a [b@c] (d)", "a @ d" },
	{ "https://x.example/mail/?p=NoSuchUser",
	    "https x example mail p nosuchuser" },
	{ "Empf\xc3\xa4nger", "empf\xc3\xa4nger" },
	{ "a\x01"
	  "b\x7f"
	  "c",
	    "a b c" },
	{ "@", "@" },
	{ "***", "" },
};

static const struct {
	const char *phrase, *kept, *key, *wrong;
} phrases[] = {
	{ "user unknown", "user unknown", "unknown", NULL },
	{ " User  Unknown ", "user unknown", "unknown", NULL },
	{ "user-unknown", "user unknown", "unknown", NULL },
	{ "doesn't", "doesnt", "doesnt", NULL },
	{ "reject* mail", "reject* mail", "mail", NULL },
	{ "@ unknown", "@ unknown", "unknown", NULL },
	{ "user * unknown", "user * unknown", "unknown", NULL },
	{ "5.7.1", "5 7 1", "5", NULL },
	{ "", "", "", "a phrase has at least one whole word" },
	{ "...", "", "", "a phrase has at least one whole word" },
	{ "reject*", "", "", "a phrase has at least one whole word" },
	{ "* @", "", "", "a phrase has at least one whole word" },
	{ "a*b", "", "", "a * stands at the end of a word, or by itself" },
	{ "**", "", "", "a * stands at the end of a word, or by itself" },
	{ "a * b * c * d", "a * b * c * d", "a", NULL },
	{ "a * b * c * d *", "", "", "a phrase has at most 3 *" },
	{ "1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6", "1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6",
	    "1", NULL },
	{ "1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7", "", "",
	    "a phrase has at most 16 words" },
};

static const struct {
	const char *text, *phrase;
	int has;
} finds[] = {
	{ "User unknown", "user unknown", 1 },
	{ "the user unknown here", "user unknown", 1 },
	{ "user is unknown", "user unknown", 0 },
	{ "superuser unknown", "user unknown", 0 },
	{ "user unknowns", "user unknown", 0 },
	{ "user", "user unknown", 0 },
	{ "unknown", "user unknown", 0 },
	{ "mail rejected", "mail reject*", 1 },
	{ "mail reject", "mail reject*", 1 },
	{ "mail rejec", "mail reject*", 0 },
	{ "mail rejected", "@ rejected", 0 },
	{ "<a@b> rejected", "@ rejected", 1 },
	{ "user is unknown", "user * unknown", 1 },
	{ "user unknown", "user * unknown", 1 },
	{ "user 1 2 3 4 5 6 7 8 unknown", "user * unknown", 1 },
	{ "user 1 2 3 4 5 6 7 8 9 unknown", "user * unknown", 0 },
	{ "user x user unknown y", "user unknown y", 1 },
	{ "a b a c a d", "a * c * d", 1 },
	{ "", "user", 0 },
};

static const struct {
	const char *text, *esc;
	unsigned code;
} codes[] = {
	{ "", "", 0 },
	{ "550 5.1.1 no", "5.1.1", 550 },
	{ "550-5.1.1 no", "5.1.1", 550 },
	{ "host a[192.0.2.1] said: 452 4.2.2 full", "4.2.2", 452 },
	{ "RCPT TO:554 5.3.4 <a@b>", "5.3.4", 554 },
	{ "(#5.1.1)", "5.1.1", 0 },
	{ "5.1.1 (550)", "5.1.1", 550 },
	{ "[4.5.6.7] 450", "", 450 },
	{ "Exim 4.96.2", "", 0 },
	{ "5.8.1", "", 0 },
	{ "5.7.1000", "", 0 },
	{ "5.7.100", "5.7.100", 0 },
	{ "5.7.1.", "5.7.1", 0 },
	{ "3550", "", 0 },
	{ "5501", "", 0 },
	{ "550x", "", 0 },
	{ "550.5", "", 0 },
	{ "580", "", 0 },
	{ "250 2.1.5 ok", "2.1.5", 0 },
	{ "a550", "", 0 },
	{ "<550>", "", 550 },
};

static void
join(const struct words *w, char *out)
{
	size_t i;

	for (i = 0; i < w->n; i++) {
		if (i > 0)
			*out++ = ' ';
		memcpy(out, w->word[i].p, w->word[i].n);
		out += w->word[i].n;
	}
	*out = '\0';
}

static void
phrase(size_t i)
{
	char out[200], key[200];
	struct slice k;
	const char *bad =
	    words_phrase(phrases[i].phrase, strlen(phrases[i].phrase), out, &k);

	is_str(bad == NULL ? "" : bad,
	    phrases[i].wrong == NULL ? "" : phrases[i].wrong,
	    phrases[i].phrase);
	if (bad != NULL || phrases[i].wrong != NULL)
		return;
	is_str(out, phrases[i].kept, "kept");
	snprintf(key, sizeof key, "%.*s", (int)k.n, k.p);
	is_str(key, phrases[i].key, "key");
}

static void
limits(void)
{
	static struct words w;
	static char t[2 * WORDS_TEXT_MAX];
	size_t i;

	memset(t, 'a', sizeof t);
	t[WORDS_TEXT_MAX - 2] = ' ';
	t[WORDS_TEXT_MAX - 1] = 'b';
	words_of(&w, t, WORDS_TEXT_MAX);
	is_num(w.n, 2, "a text at the limit");
	ok(words_have(&w, (struct slice){ "b", 1 }), "its last word");
	t[WORDS_TEXT_MAX] = 'b';
	words_of(&w, t, WORDS_TEXT_MAX + 1);
	ok(words_have(&w, (struct slice){ "b", 1 }), "one above is cut");
	for (i = 0; i < WORDS_MAX; i++)
		memcpy(t + 2 * i, i + 1 == WORDS_MAX ? "z " : "a ", 2);
	memcpy(t + 2 * i, "y ", 2);
	words_of(&w, t, 2 * i);
	is_num(w.n, WORDS_MAX, "words at the limit");
	ok(words_have(&w, (struct slice){ "z", 1 }), "the last");
	words_of(&w, t, 2 * i + 2);
	is_num(w.n, WORDS_MAX, "one above");
	ok(!words_have(&w, (struct slice){ "y", 1 }), "it is left out");
}

int
main(void)
{
	static struct words w;
	static char t[WORDS_TEXT_MAX * 2];
	struct slice esc;
	unsigned code;
	size_t i;

	for (i = 0; i < sizeof texts / sizeof *texts; i++) {
		words_of(&w, texts[i].text, strlen(texts[i].text));
		join(&w, t);
		is_str(t, texts[i].words, texts[i].text);
	}
	for (i = 0; i < sizeof phrases / sizeof *phrases; i++)
		phrase(i);
	for (i = 0; i < sizeof finds / sizeof *finds; i++) {
		words_of(&w, finds[i].text, strlen(finds[i].text));
		is_num(words_have(&w,
			   (struct slice){
			       finds[i].phrase, strlen(finds[i].phrase) }),
		    finds[i].has, finds[i].text);
	}
	for (i = 0; i < sizeof codes / sizeof *codes; i++) {
		words_codes(codes[i].text, strlen(codes[i].text), &code, &esc);
		is_num(code, codes[i].code, codes[i].text);
		snprintf(t, sizeof t, "%.*s", (int)esc.n, esc.p);
		is_str(t, codes[i].esc, "enhanced code");
	}
	limits();
	return done();
}
