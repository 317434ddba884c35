/* requests and answers of the policy protocol */
#include "policy/policytext.h"
#include "tap.h"

static const struct {
	const char *text;
	size_t block; /* 0: not whole */
	int ok;
	const char *action; /* NULL: none */
} blocks[] = {
	{ "action=DUNNO\n\n", 14, 1, "DUNNO" },
	{ "action=DUNNO\r\n\r\n", 16, 1, "DUNNO" },
	{ "action=a=b\n\naction=c\n\n", 12, 1, "a=b" },
	{ "x=1\naction=\n\n", 13, 1, "" },
	{ "action=1\naction=2\n\n", 19, 1, "1" },
	{ "actions=1\nraction=2\n\n", 21, 1, NULL },
	{ "action\n\n", 8, 0, NULL },
	{ "=action\n\n", 9, 0, NULL },
	{ "\n", 1, 1, NULL },
	{ "\r\n", 2, 1, NULL },
	{ "action=DUNNO\n", 0, 0, NULL },
	{ "action=DUNNO", 0, 0, NULL },
	{ "", 0, 0, NULL },
};

static void
test_blocks(void)
{
	char name[80], got[40];
	struct slice a;
	size_t i, k, n;

	for (i = 0; i < sizeof blocks / sizeof *blocks; i++) {
		n = strlen(blocks[i].text);
		snprintf(name, sizeof name, "block %zu", i);
		is_num(policytext_block(blocks[i].text, n), blocks[i].block,
		    name);
		/* byte by byte: whole where it is, and not before */
		for (k = 0; k < n && policytext_block(blocks[i].text, k) == 0;)
			k++;
		snprintf(name, sizeof name, "block %zu, in pieces", i);
		is_num(policytext_block(blocks[i].text, k), blocks[i].block,
		    name);
		if (blocks[i].block == 0)
			continue;
		is_num(policytext_ok(blocks[i].text, blocks[i].block),
		    blocks[i].ok, "its lines");
		a = policytext_get(blocks[i].text, blocks[i].block, "action");
		snprintf(got, sizeof got, "%.*s", (int)a.n,
		    a.p == NULL ? "" : a.p);
		if (blocks[i].action == NULL)
			ok(a.p == NULL, "no action");
		else
			is_str(got, blocks[i].action, "its action");
	}
}

static void
test_put(void)
{
	static char full[POLICYTEXT_VALUE_MAX + 1];
	struct buf b = { 0 };
	struct slice v;

	policytext_put(&b, "sender", (struct slice){ "a\n\0\x7f\xc3", 5 });
	policytext_puts(&b, "size", NULL);
	policytext_puts(&b, "sender", "other");
	is_num(buf_len(&b), 13 + 6 + 13, "bytes that are written");
	is_num(memcmp(buf_data(&b), "sender=a???\xc3\nsize=\n", 19), 0,
	    "no line ends in a value");
	buf_clear(&b);
	memset(full, 'x', sizeof full);
	policytext_put(&b, "n", (struct slice){ full, POLICYTEXT_VALUE_MAX });
	v = policytext_get(buf_data(&b), buf_len(&b), "n");
	is_num(v.n, POLICYTEXT_VALUE_MAX, "a value as long as may be");
	buf_clear(&b);
	policytext_put(&b, "n", (struct slice){ full, sizeof full });
	v = policytext_get(buf_data(&b), buf_len(&b), "n");
	is_num(v.n, POLICYTEXT_VALUE_MAX, "a longer one is cut");
	buf_free(&b);
}

int
main(void)
{
	test_blocks();
	test_put();
	return done();
}
