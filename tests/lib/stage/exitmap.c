/* what exit statuses mean */
#include "stage/exitmap.h"
#include "tap.h"

static const struct {
	const char *rule;
	int status;
	const char *word, *tag; /* word NULL: it is no rule */
} cases[] = {
	{ "1=reject", 1, "reject", NULL },
	{ "0=reject", 0, "reject", NULL },
	{ "255=pass", 255, "pass", NULL },
	{ "100=defer", 100, "defer", NULL },
	{ "1=tag:spam=yes", 1, "tag", "spam=yes" },
	{ "1=tag:a=", 1, "tag", "a=" },
	{ "1=tag:a=b=c d", 1, "tag", "a=b=c d" },
	{ "1=tag:spam", 0, NULL, NULL },
	{ "1=tag:=x", 0, NULL, NULL },
	{ "1=tag:a b=x", 0, NULL, NULL },
	{ "1=tag:a=x\ny", 0, NULL, NULL },
	{ "1=tag", 0, NULL, NULL },
	{ "1=discard", 0, NULL, NULL },
	{ "1=", 0, NULL, NULL },
	{ "1", 0, NULL, NULL },
	{ "=pass", 0, NULL, NULL },
	{ "", 0, NULL, NULL },
	{ "256=pass", 0, NULL, NULL },
	{ "-1=pass", 0, NULL, NULL },
	{ "1=passes", 0, NULL, NULL },
};

int
main(void)
{
	struct exitmap m, fresh;
	size_t i;
	unsigned n;
	int bad = 0;

	exitmap_init(&fresh);
	for (n = 0; n < 256; n++)
		bad += fresh.action[n].what !=
		    (n == 0            ? EXITMAP_PASS
			    : n == 100 ? EXITMAP_REJECT
				       : EXITMAP_DEFER);
	is_num(bad, 0, "what statuses mean without rules");
	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		const char *why;

		exitmap_init(&m);
		why = exitmap_rule(&m, cases[i].rule);
		if (!ok((why == NULL) == (cases[i].word != NULL),
			cases[i].rule))
			continue;
		if (why != NULL) {
			is_num(memcmp(&m, &fresh, sizeof m), 0, "no change");
			continue;
		}
		is_str(exitmap_word(m.action[cases[i].status].what),
		    cases[i].word, "what it says");
		if (cases[i].tag != NULL)
			is_str(m.action[cases[i].status].tag, cases[i].tag,
			    "the tag");
	}
	exitmap_init(&m);
	exitmap_rule(&m, "1=reject");
	exitmap_rule(&m, "1=pass");
	is_str(exitmap_word(m.action[1].what), "pass", "the last rule holds");
	return done();
}
