/* what is said of an order beside its selectors */
#include "queue/ctlparam.h"
#include "tap.h"

static char longest[8 + CTLPARAM_TEXT_MAX + 2];

/* as labels, of a word; "-": it is none, "!" and what is wrong */
static const char *
of(const char *word)
{
	static char text[512];
	struct ctlparam c = { 0 };
	struct buf b = { 0 };
	const char *wrong;

	if (!ctlparam_word(&c, word, &wrong))
		return "-";
	if (wrong != NULL) {
		snprintf(text, sizeof text, "!%s", wrong);
		return text;
	}
	ctlparam_put(&c, &b);
	snprintf(text, sizeof text, "%.*s", (int)buf_len(&b), buf_data(&b));
	buf_free(&b);
	return text;
}

static const struct {
	const char *word, *labels;
} cases[] = {
	{ "for=2h", "for:7200" },
	{ "for=366d", "for:31622400" },
	{ "for=367d", "!no time: say 30m, 2h or 3d" },
	{ "for=0", "!no time: say 30m, 2h or 3d" },
	{ "for=", "!empty" },
	{ "for", "-" },
	{ "reason=a\tb", "reason:a\\tb" },
	{ "pool=p1", "set-pool:p1" },
	{ "pool=a b", "!no name of a pool" },
	{ "host=mx:26,b", "set-host:mx:26,b" },
	{ "tag=a=b", "set-tag:a=b" },
	{ "none", "none:1" },
	{ "id:7", "order:7" },
	{ "id:0", "!no number of an order" },
	{ "id:999999999999999999", "order:999999999999999999" },
	{ "id:1234567890123456789", "-" },
	{ "id:0123456789abcdefgh00", "-" },
	{ "id:", "-" },
	{ "domain:x", "-" },
	{ "", "-" },
};

static void
labels(void)
{
	static const char line[] = "x:1\tset-tag:a\tset-tag:b\\\\\tset-tag:c\t"
				   "set-tag:d\tset-tag:e\treason:ab";
	struct ctlparam c = { 0 };
	const char *wrong = "";
	char text[13];
	size_t used = 0;
	struct ltsv l;

	ltsv_parse(line, sizeof line - 1, &l);
	is_num(ctlparam_label(&c, &l.f[0], text, 13, &used, &wrong), 0,
	    "another label");
	is_str(wrong, "", "of which nothing is said");
	ctlparam_label(&c, &l.f[1], text, 13, &used, &wrong);
	is_num(ctlparam_label(&c, &l.f[2], text, 13, &used, &wrong), 1, "ours");
	ok(wrong == NULL && c.n_tag == 2 && c.tag[1].n == 2 &&
		memcmp(c.tag[1].p, "b\\", 2) == 0 && ctlparam_sets(&c),
	    "without its escape");
	ctlparam_label(&c, &l.f[3], text, 13, &used, &wrong);
	ctlparam_label(&c, &l.f[4], text, 13, &used, &wrong);
	ok(wrong == NULL && c.n_tag == 4, "as many as may be");
	ctlparam_label(&c, &l.f[5], text, 13, &used, &wrong);
	is_str(wrong, "too many tags", "one more");
	used = 10;
	ctlparam_label(&c, &l.f[6], text, 13, &used, &wrong);
	ok(wrong == NULL && used == 13, "as long as there is room");
	used = 11;
	ctlparam_label(&c, &l.f[6], text, 13, &used, &wrong);
	is_str(wrong, "too long", "one byte less");
}

int
main(void)
{
	size_t i;

	for (i = 0; i < sizeof cases / sizeof *cases; i++)
		is_str(of(cases[i].word), cases[i].labels, cases[i].word);
	memset(longest, 'x', sizeof longest - 1);
	memcpy(longest, "reason=", 7);
	longest[7 + CTLPARAM_TEXT_MAX] = '\0';
	is_num((int)strlen(of(longest)), 7 + CTLPARAM_TEXT_MAX,
	    "as long as may be");
	longest[7 + CTLPARAM_TEXT_MAX] = 'x';
	longest[8 + CTLPARAM_TEXT_MAX] = '\0';
	is_str(of(longest), "!too long", "one byte more");
	labels();
	return done();
}
