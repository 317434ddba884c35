/* which orders make sense */
#include "queue/ctlrequest.h"
#include "tap.h"

#define ID "0123456789abcdefgh00"

static const struct {
	const char *line,
	    *wrong; /* wrong: a part of what is said; NULL: good */
} cases[] = {
	{ "cmd:suspend\tsel:all", NULL },
	{ "cmd:suspend\tsel:domain\targ:.x\tsel:not:from\targ:a@b", NULL },
	{ "cmd:suspend\tsel:site\targ:mx.x\tsel:provider\targ:p", NULL },
	{ "cmd:suspend\tsel:via\targ:p\tsel:tenant\targ:t\tfor:60", NULL },
	{ "cmd:suspend\tsel:not:via\targ:p", "have no contrary" },
	{ "cmd:suspend\tsel:site\targ:a b", "no name of a site" },
	{ "cmd:suspend\tsel:via\targ:a=b", "no name of a site" },
	{ "cmd:suspend\tsel:via\targ:a,b", "no name of a site" },
	{ "cmd:suspend", "selector missing" },
	{ "cmd:suspend\tsel:id\targ:" ID, "has no ids yet" },
	{ "cmd:suspend\tsel:state\targ:held", "mail that comes only" },
	{ "cmd:suspend\tsel:age\targ:1d", "mail that comes only" },
	{ "cmd:suspend\tsel:all\torder:7", "no message id" },
	{ "cmd:suspend\tsel:all\tset-pool:p", "only rebind" },
	{ "cmd:suspend\tsel:all\tfor:0", "no time" },
	{ "cmd:suspend\tsel:all\tfor:31622400", NULL },
	{ "cmd:suspend\tsel:all\tfor:31622401", "no time" },
	{ "cmd:suspend\tsel:all\treason:", "empty" },
	{ "cmd:bounce\tsel:all\tfor:60\treason:x", NULL },
	{ "cmd:bounce\tsel:state\targ:held", NULL },
	{ "cmd:bounce\tsel:all\treason:x", "has a reason" },
	{ "cmd:bounce\tsel:state\targ:held\tfor:60", "mail that comes only" },
	{ "cmd:bounce\tsel:site\targ:x\tfor:60", "mail that comes only" },
	{ "cmd:bounce\tsel:via\targ:x", "know pools" },
	{ "cmd:hold\tsel:via\targ:x", "know pools" },
	{ "cmd:hold\tsel:all\tfor:60", "have a time" },
	{ "cmd:hold\tnone:1\tsel:all", "only rebind" },
	{ "cmd:resume\torder:7", NULL },
	{ "cmd:resume\torder:7\tsel:all", "takes no selector" },
	{ "cmd:resume\torder:0", "no number" },
	{ "cmd:resume\tsel:via\targ:p", NULL },
	{ "cmd:resume", "selector missing" },
	{ "cmd:rebind\tsel:all\tset-pool:p", NULL },
	{ "cmd:rebind\tsel:id\targ:" ID "\tset-host:h", NULL },
	{ "cmd:rebind\tsel:age\targ:2h\tset-tag:t", NULL },
	{ "cmd:rebind\tsel:state\targ:held\tset-tag:t", "may change" },
	{ "cmd:rebind\tsel:site\targ:x\tset-tag:t", "may change" },
	{ "cmd:rebind\tsel:all", "say pool=" },
	{ "cmd:rebind\tset-pool:p", "selector missing" },
	{ "cmd:rebind\tsel:all\tset-pool:a b", "no name of a pool" },
	{ "cmd:rebind\tsel:all\tset-pool:p\tfor:60", "have a time" },
	{ "cmd:rebind\tnone:1", NULL },
	{ "cmd:rebind\tnone:1\torder:3", NULL },
	{ "cmd:rebind\tnone:1\tsel:all", "none takes no" },
	{ "cmd:rebind\tnone:1\tset-pool:p", "none takes no" },
	{ "cmd:rebind\tnone:1\treason:x", "has a reason" },
	{ "cmd:ask\tsel:to\targ:a@b", NULL },
	{ "cmd:ask\tsel:to\targ:a@b\tsel:from\targ:\tsel:tenant\targ:t\t"
	  "sel:user\targ:u\tsel:tag\targ:a=1\tsel:tag\targ:b=2",
	    NULL },
	{ "cmd:ask", "selector missing" },
	{ "cmd:ask\tsel:from\targ:a@b", "to whom" },
	{ "cmd:ask\tsel:to\targ:a@b\tsel:to\targ:c@d", "stands once" },
	{ "cmd:ask\tsel:not:to\targ:a@b", "without not" },
	{ "cmd:ask\tsel:to\targ:a@b\tsel:domain\targ:x", "such a message" },
	{ "cmd:ask\tsel:id\targ:" ID, "such a message" },
	{ "cmd:ask\tsel:all", "such a message" },
	{ "cmd:count\tof:ask\tsel:to\targ:a@b", "nothing to count" },
	{ "cmd:suspensions", NULL },
	{ "cmd:rebindings", NULL },
	{ "cmd:count\tof:suspensions", "nothing to count" },
	{ "cmd:count\tof:suspend\tsel:all", NULL },
};

int
main(void)
{
	struct ctlrequest o = { 0 };
	const char *wrong;
	char line[200];
	size_t i;
	int n;

	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		n = snprintf(line, sizeof line, "%s\n", cases[i].line);
		wrong = ctlrequest_parse(line, (size_t)n, &o);
		ok(cases[i].wrong == NULL ? wrong == NULL
					  : wrong != NULL &&
			    strstr(wrong, cases[i].wrong) != NULL,
		    cases[i].line);
	}
	ctlrequest_free(&o);
	selector_word(&o.sel, "all");
	ok(ctlrequest_check(&o) == NULL, "made by hand");
	ctlrequest_free(&o);
	return done();
}
