/* which recipients selectors mean */
#include "queue/selector.h"
#include "tap.h"

#define HEADER \
	"Subject: =?utf-8?q?gr=C3=BC=C3=9Fe?=\n an alle\nX-Id: 42\nx-id: a\n" \
	"Empty:\n\nX-Body: no\n"

/* words, and whether they agree with this recipient */
static const struct {
	const char *word;
	int match;
} cases[] = {
	{ "all", 1 },
	{ "from:Bob@x", 1 },
	{ "from:bob@X", 1 },
	{ "from:bob", 0 },
	{ "from:", 0 },
	{ "sender:bob@x", 1 },
	{ "from:<Bob@x>", 1 },
	{ "from:<bob@x", 0 },
	{ "from:<>", 0 },
	{ "from:<", 0 },
	{ "to:<carol\\s@mail.example.org>", 1 },
	{ "to:carol\\s@mail.example.org", 1 },
	{ "to:carol", 0 },
	{ "to:carol\\\\s@mail.example.org", 0 },
	{ "domain:mail.example.ORG", 1 },
	{ "domain:example.org", 0 },
	{ "domain:.example.org", 1 },
	{ "domain:.mail.example.org", 1 },
	{ "domain:.l.example.org", 0 },
	{ "domain:.s@mail.example.org", 0 },
	{ "state:held", 1 },
	{ "state:queued", 0 },
	{ "state:ready", 1 },
	{ "state:out", 0 },
	{ "site:MX.example.org", 1 },
	{ "site:x", 0 },
	{ "age:2m", 1 },
	{ "age:121", 0 },
	{ "age:-2m", 0 },
	{ "age:-121s", 1 },
	{ "tenant:ACME", 1 },
	{ "tenant:x", 0 },
	{ "tag:spring", 1 },
	{ "tag:may", 1 },
	{ "tag:Spring", 0 },
	{ "tag:x", 0 },
	{ "provider:Gmail", 1 },
	{ "provider:x", 0 },
	{ "user:BOB", 1 },
	{ "user:x", 0 },
	{ "uuid:0A", 1 },
	{ "uuid:x", 0 },
	{ "larger:4999", 1 },
	{ "larger:5000", 0 },
	{ "smaller:5000", 0 },
	{ "smaller:5001", 1 },
	{ "smaller:5k", 1 },
	{ "larger:4k", 1 },
	{ "tries:3", 1 },
	{ "tries:4", 0 },
	{ "tries:-3", 0 },
	{ "tries:-4", 1 },
	{ "reply:*no such user*", 1 },
	{ "reply:no such user", 0 },
	{ "reply:4.1.1 mx.? No*", 1 },
	{ "failure:Bad-Mailbox", 1 },
	{ "failure:x", 0 },
	{ "class:rcpt", 1 },
	{ "class:dot", 0 },
	{ "subject:grüße an alle", 1 },
	{ "subject:gr*", 1 },
	{ "subject:alle", 0 },
	{ "header:X-ID=42", 1 },
	{ "header:X-ID=A", 1 },
	{ "header:X-ID=b", 0 },
	{ "header:Empty=", 1 },
	{ "header:X-Body=no", 0 },
	{ "header:X-Id=*", 1 },
	{ "header:None=*", 0 },
	{ "not:subject:gr*", 0 },
	{ "not:header:None=*", 1 },
	{ "not:from:bob@x", 0 },
	{ "not:from:x", 1 },
	{ "not:tag:may", 0 },
	{ "not:state:out", 1 },
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
		.size = 5000,
		.tries = 3,
		.n_tag = 2 };

	f.from = text(from);
	f.to = text(to);
	f.domain = selector_domain(to, strlen(to));
	f.site = text("mx.example.org");
	f.provider = text("gmail");
	f.tenant = text("acme");
	f.user = text("bob");
	f.uuid = text("0a");
	f.reply = text("4.1.1 mx.x no such user\\\\");
	f.failure = text("bad-mailbox");
	f.class = text("rcpt");
	f.header = text(HEADER);
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
		ok(selector_word(&l, cases[i].word) == NULL, cases[i].word);
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
	selector_word(&l, "not:domain:mail.example.org");
	ok(!match(&l, to, "bob@x", ~0u), "none of the contrary may");
	ok(match(&l, "c@other.org", "bob@x", ~0u), "and if it does not");
	selector_free(&l);
	selector_word(&l, "not:site:x");
	selector_word(&l, "not:site:mx.example.org");
	ok(!match(&l, to, "bob@x", ~0u), "of several contraries each counts");
	ok(match(&l, to, "bob@x", 0), "one of what is not known agrees");
	selector_free(&l);
}

int
main(void)
{
	check_words();
	return done();
}
