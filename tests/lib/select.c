#include "tap.h"
#include "queue/select.h"
#include "queue/store.h"

#define ID "0123456789abcdefgh1v"

/* words that are selectors, and whether they agree with this recipient */
static const char to[] = "Carol@Mail.Example.org";
static const struct {
	const char *word;
	int good, match;
} cases[] = {
	{ "id:" ID, 1, 1 }, { "id:1123456789abcdefgh1v", 1, 0 },
	{ "id:0123", 0, 0 }, { "id:", 0, 0 }, { "from:Bob@x", 1, 1 },
	{ "from:bob@X", 1, 1 }, { "from:bob", 1, 0 }, { "from:", 1, 0 },
	{ "to:carol@mail.example.org", 1, 1 }, { "to:carol", 1, 0 },
	{ "domain:mail.example.ORG", 1, 1 }, { "domain:example.org", 1, 0 },
	{ "domain:.example.org", 1, 1 }, { "domain:.mail.example.org", 1, 1 },
	{ "domain:.l.example.org", 1, 0 }, { "domain:", 1, 0 },
	{ "domain:.carol@mail.example.org", 1, 0 }, { "state:held", 1, 1 },
	{ "state:queued", 1, 0 }, { "state:", 0, 0 }, { "state:Held", 0, 0 },
	{ "host:x", 0, 0 }, { "", 0, 0 }, { "id", 0, 0 },
};

static int
match(const struct select_list *l, const char *address, const char *from)
{
	struct message_rcpt r = { .address = address,
		.address_len = strlen(address) };

	return select_match(l, ID, from, strlen(from), &r, MESSAGE_HELD);
}

int
main(void)
{
	struct select_list l = { .n = 0 };
	size_t i;

	ok(match(&l, to, "bob@x"), "no selector selects all");
	for (i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		memset(&l, 0, sizeof l);
		is_num(select_add(&l, cases[i].word), cases[i].good ? 0 : -1,
		    cases[i].word);
		if (cases[i].good)
			is_num(match(&l, to, "bob@x"), cases[i].match,
			    "agrees");
	}
	memset(&l, 0, sizeof l);
	select_add(&l, "from:");
	ok(match(&l, to, ""), "the null sender");
	select_add(&l, "domain:");
	ok(!match(&l, to, "") && match(&l, "root", ""),
	    "two selectors, an address without domain");
	ok(!select_has_state(&l), "no state");
	select_add(&l, "state:sent");
	ok(select_has_state(&l), "a state");
	while (l.n < SELECT_MAX)
		select_add(&l, "from:a");
	is_num(l.n, SELECT_MAX, "SELECT_MAX selectors");
	is_num(select_add(&l, "from:a"), -1, "one more");
	return done();
}
