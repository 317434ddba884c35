/* what policy servers answer */
#include "policy/policyaction.h"
#include "tap.h"

static const struct {
	const char *text, *said; /* KIND CODE ESC|TEXT */
} cases[] = {
	{ "DUNNO", "pass 0 |" },
	{ "dunno whatever", "pass 0 |whatever" },
	{ " OK ", "pass 0 |" },
	{ "1", "pass 0 |" },
	{ "200 fine", "pass 0 |fine" },
	{ "5555", "pass 0 |" },
	{ "REJECT", "reject 554 5.7.1|" },
	{ "reject go away", "reject 554 5.7.1|go away" },
	{ "REJECT 5.1.7 no such sender", "reject 554 5.1.7|no such sender" },
	{ "REJECT 4.1.7 no such sender",
	    "reject 554 5.7.1|4.1.7 no such sender" },
	{ "REJECT 5.123.123 x", "reject 554 5.123.123|x" },
	{ "REJECT 5.1234.1 x", "reject 554 5.7.1|5.1234.1 x" },
	{ "REJECT 55.1.1 x", "reject 554 5.7.1|55.1.1 x" },
	{ "REJECT 5.1.1", "reject 554 5.1.1|" },
	{ "REJECT 5.1.1x", "reject 554 5.7.1|5.1.1x" },
	{ "REJECT 5.1. x", "reject 554 5.7.1|5.1. x" },
	{ "REJECT 5..1 x", "reject 554 5.7.1|5..1 x" },
	{ "REJECT 5.1.1.1 x", "reject 554 5.7.1|5.1.1.1 x" },
	{ "550 5.7.23 spf", "reject 550 5.7.23|spf" },
	{ "450 greylisted", "reject 450 4.7.1|greylisted" },
	{ "421 4.7.0 bye", "reject 421 4.7.0|bye" },
	{ "699 x", "pass 0 |x" },
	{ "DEFER", "reject 450 4.7.1|" },
	{ "DEFER_IF_PERMIT Greylisted, see http://x/y",
	    "defer-if-permit 450 4.7.1|Greylisted, see http://x/y" },
	{ "defer_if_reject 4.3.0 later", "defer-if-reject 450 4.3.0|later" },
	{ "PREPEND X-Greylist: delayed 5 s",
	    "prepend 0 |X-Greylist: delayed 5 s" },
	{ "PREPEND Received-SPF:", "prepend 0 |Received-SPF:" },
	{ "PREPEND", "unknown 0 |" },
	{ "PREPEND no field", "unknown 0 |no field" },
	{ "HOLD why", "hold 0 |why" },
	{ "DISCARD", "discard 0 |" },
	{ "REDIRECT a@b.example", "redirect 0 |a@b.example" },
	{ "REDIRECT", "unknown 0 |" },
	{ "REDIRECT root", "unknown 0 |root" },
	{ "BCC a@b.example", "bcc 0 |a@b.example" },
	{ "BCC a@b.example c@d", "unknown 0 |a@b.example c@d" },
	{ "WARN x", "warn 0 |x" },
	{ "INFO x", "info 0 |x" },
	{ "FILTER smtp:x", "unknown 0 |smtp:x" },
	{ "PERMIT", "unknown 0 |" },
	{ "REJECTED x", "unknown 0 |x" },
	{ "", "unknown 0 |" },
	{ "  ", "unknown 0 |" },
	{ "-1", "unknown 0 |" },
};

int
main(void)
{
	char got[200];
	struct policyaction a;
	size_t i;

	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		policyaction_read(&a, cases[i].text, strlen(cases[i].text));
		snprintf(got, sizeof got, "%s %u %s|%.*s",
		    policyaction_word(a.kind), a.code, a.esc, (int)a.text.n,
		    a.text.n == 0 ? "" : a.text.p);
		is_str(got, cases[i].said, cases[i].text);
	}
	return done();
}
