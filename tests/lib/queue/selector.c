#include "tap.h"
#include "queue/name.h"
#include "queue/queuereader.h"
#include "queue/selector.h"

#define ID "0123456789abcdefgh1v"
#define ID2 "1123456789abcdefgh1v"

/* words that are selectors, and whether they agree with this recipient */
static const struct {
	const char *word;
	int good, match;
} cases[] = {
	{ "all", 1, 1 },
	{ "all:", 0, 0 },
	{ "from:Bob@x", 1, 1 },
	{ "from:bob@X", 1, 1 },
	{ "from:bob", 1, 0 },
	{ "from:", 1, 0 },
	{ "sender:bob@x", 1, 1 },
	{ "from:<Bob@x>", 1, 1 },
	{ "from:<bob@x", 1, 0 },
	{ "from:<>", 1, 0 },
	{ "from:<", 1, 0 },
	{ "to:<carol\\s@mail.example.org>", 1, 1 },
	{ "to:<>", 0, 0 },
	{ "to:carol\\s@mail.example.org", 1, 1 },
	{ "to:carol", 1, 0 },
	{ "to:carol\\\\s@mail.example.org", 1, 0 },
	{ "to:", 0, 0 },
	{ "domain:mail.example.ORG", 1, 1 },
	{ "domain:example.org", 1, 0 },
	{ "domain:.example.org", 1, 1 },
	{ "domain:.mail.example.org", 1, 1 },
	{ "domain:.l.example.org", 1, 0 },
	{ "domain:", 0, 0 },
	{ "domain:.", 0, 0 },
	{ "domain:.s@mail.example.org", 1, 0 },
	{ "state:held", 1, 1 },
	{ "state:queued", 1, 0 },
	{ "state:ready", 1, 1 },
	{ "state:out", 1, 0 },
	{ "state:", 0, 0 },
	{ "state:Held", 0, 0 },
	{ "site:MX.example.org", 1, 1 },
	{ "site:x", 1, 0 },
	{ "age:2m", 1, 1 },
	{ "age:121", 1, 0 },
	{ "age:-2m", 1, 0 },
	{ "age:-121s", 1, 1 },
	{ "age:", 0, 0 },
	{ "age:-", 0, 0 },
	{ "age:x", 0, 0 },
	{ "age:99999999d", 0, 0 },
	{ "tenant:ACME", 1, 1 },
	{ "tenant:x", 1, 0 },
	{ "tag:spring", 1, 1 },
	{ "tag:may", 1, 1 },
	{ "tag:Spring", 1, 0 },
	{ "tag:x", 1, 0 },
	{ "host:x", 0, 0 },
	{ "", 0, 0 },
	{ "id", 0, 0 },
	{ "id:0123", 0, 0 },
	{ "id:", 0, 0 },
	{ ID "x", 0, 0 },
	{ "id:" ID ",x", 0, 0 },
};

static struct selector_text
text(const char *s)
{
	struct selector_text t = { s, strlen(s) };

	return t;
}

static int
match(const struct selector_list *l, const char *to, const char *from,
    unsigned known)
{
	struct selector_facts f = { .known = known,
		.state = MESSAGE_HELD,
		.where = "ready",
		.age_s = 120,
		.n_tag = 2 };

	f.from = text(from);
	f.to = text(to);
	f.domain = selector_domain(to, strlen(to));
	f.site = text("mx.example.org");
	f.tenant = text("acme");
	f.tag[0] = text("may");
	f.tag[1] = text("spring");
	return selector_match(l, &f);
}

static void
check_words(void)
{
	static const char to[] = "Carol\\\\s@Mail.Example.org";
	struct selector_list l = { .n = 0 };
	size_t i;

	ok(match(&l, to, "bob@x", ~0u), "no selector selects all");
	for (i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		selector_free(&l);
		is_num(selector_word(&l, cases[i].word) == NULL, cases[i].good,
		    cases[i].word);
		if (!cases[i].good)
			continue;
		is_num(match(&l, to, "bob@x", ~0u), cases[i].match, "agrees");
		ok(match(&l, to, "bob@x", 0), "what is not known agrees");
	}
	selector_free(&l);
	selector_word(&l, "from:");
	ok(match(&l, to, "", ~0u), "the null sender");
	selector_word(&l, "from:bob@x");
	ok(match(&l, to, "bob@x", ~0u), "one of a kind is enough");
	selector_word(&l, "domain:example.org");
	ok(!match(&l, to, "bob@x", ~0u), "all kinds must");
	selector_word(&l, "domain:.org");
	ok(match(&l, to, "bob@x", ~0u), "and do");
	ok(!match(&l, "root", "bob@x", ~0u), "an address without domain");
	is_num(selector_kinds(&l), 1 << SELECTOR_FROM | 1 << SELECTOR_DOMAIN,
	    "kinds");
	ok(!selector_asks(&l), "the files can answer");
	selector_word(&l, "state:sent");
	ok(!selector_asks(&l), "for these, too");
	selector_word(&l, "state:waiting");
	ok(selector_asks(&l), "not for this");
	while (l.n < SELECTOR_MAX)
		selector_word(&l, "from:a");
	ok(selector_word(&l, "from:a") != NULL, "one more than SELECTOR_MAX");
	is_num(l.n, SELECTOR_MAX, "is not taken");
	selector_free(&l);
}

static void
check_ids(void)
{
	struct selector_list l = { .n = 0 };
	static const char lines[] = ID2 "\n\n " ID "\r\n" ID2;

	ok(selector_word(&l, "id:" ID "," ID2) == NULL, "two ids");
	ok(selector_word(&l, ID2) == NULL, "one without a label");
	ok(selector_ids(&l, lines, sizeof lines - 1) == NULL, "lines");
	is_num(buf_len(&l.ids), 6 * NAME_LEN, "all are taken");
	selector_sort(&l);
	is_num(buf_len(&l.ids), 2 * NAME_LEN, "each is kept once");
	ok(memcmp(buf_data(&l.ids), ID ID2, 2 * NAME_LEN) == 0, "sorted");
	is_num(l.n, 0, "and they are no words");
	selector_free(&l);
	selector_sort(&l);
	is_num(buf_len(&l.ids), 0, "nothing to sort");
}

int
main(void)
{
	check_words();
	check_ids();
	return done();
}
