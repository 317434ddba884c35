/* to whom a report of the drop goes, and what is in it */
#include "sendmail/dropreturn.h"
#include "tap.h"
#include <stdlib.h>

#define OWNER "ann@me.example"

static const struct {
	const char *env, *text;
	int filed;
	const char *to; /* NULL: nobody */
	const char *has, *has_not;
} cases[] = {
	{ "from a@b\nto c@d\n", "S: s\n\nbody\n", 0, "a@b", "rfc822; c@d\n",
	    "unknown" },
	{ "from a@b\nto c@d\n", "S: s\n\nbody\n", 0, "a@b",
	    "message/rfc822\n\nS: s\n\nbody\n", NULL },
	{ "from a@b\nto c@d\n", "S: s\n\nbody\n", 1, "a@b",
	    "rfc822-headers\n\nS: s\n\n--", "body" },
	{ "from a@b\nto c@d\nret HDRS\n", "S: s\n\nbody\n", 0, "a@b",
	    "rfc822-headers", "body" },
	{ "from a@b\nto c@d\n", "S: s\n\nbo\rdy\n", 0, "a@b", "rfc822-headers",
	    "dy" },
	{ "from \"a b\"@c\nto \"c d\"@e NOTIFY=FAILURE\n", "", 0, "\"a b\"@c",
	    "rfc822; \"c d\"@e\n", "NOTIFY" },
	{ "from a@b\nto c@d NOTIFY=NEVER\n", "", 0, NULL, NULL, NULL },
	{ "from a@b\nto c@d NOTIFY=SUCCESS,DELAY\n", "", 0, NULL, NULL, NULL },
	{ "from a@b\nto c@d ORCPT=x NOTIFY=DELAY,FAILURE\nto e@f\n"
	  "to g@h notify=never\n",
	    "", 0, "a@b",
	    "c@d\nAction: failed\nStatus: 5.7.1\nDiagnostic-Code: "
	    "x-rohrpost; no such thing\n\nFinal-Recipient: rfc822; e@f\n",
	    "g@h" },
	{ "from \nto c@d\n", "", 0, NULL, NULL, NULL },
	{ "from a@b\nfrom x@y\nto c@d\n", "", 0, "a@b", "c@d", "x@y" },
	{ "to c@d\n", "", 0, OWNER, "rfc822; unknown\n", "c@d" },
	{ "from a@b\n", "", 0, OWNER, "rfc822; unknown\n", NULL },
	{ "", "", 0, OWNER, "rfc822; unknown\n", NULL },
	{ "from a@b\nto c\\0@d\n", "", 0, OWNER, "rfc822; unknown\n", NULL },
	{ "from a@b\nto \303\266@d\nsmtputf8 1\n", "", 0, "a@b",
	    "utf-8; \303\266@d\n", NULL },
};

static void
check(size_t i)
{
	struct dropreturn r = { .me = "me.example",
		.owner = OWNER,
		.why = "5.7.1 no such thing",
		.now = 1790000000,
		.name = "0123456789abcdef01234567" };
	struct drop_parcel d = { .fd = -1, .filed = cases[i].filed },
			   report = { .fd = -1 };
	enum dropreturn_verdict v;
	char line[400];

	buf_puts(&d.env, cases[i].env);
	buf_puts(&d.text, cases[i].text);
	v = dropreturn_make(&r, &d, &report);
	is_num(v, cases[i].to == NULL ? DROPRETURN_NOBODY : DROPRETURN_MADE,
	    cases[i].env);
	if (v == DROPRETURN_MADE) {
		buf_putc(&report.env, '\0');
		buf_putc(&report.text, '\0');
		snprintf(line, sizeof line, "from\nto %s\nproto local\n",
		    cases[i].to);
		ok(strncmp(buf_data(&report.env), line, strlen(line)) == 0,
		    "envelope");
		ok(strstr(buf_data(&report.text), cases[i].has) != NULL,
		    cases[i].has);
		ok(cases[i].has_not == NULL ||
			strstr(buf_data(&report.text), cases[i].has_not) ==
			    NULL,
		    "and not more");
	}
	drop_free(&d);
	drop_free(&report);
}

static void
reasons(void)
{
	static const char *const why[][3] = {
		{ "5.7.1 no", "Status: 5.7.1\n", "x-rohrpost; no\n" },
		{ "no parcel", "Status: 5.0.0\n", "x-rohrpost; no parcel\n" },
		{ "5.7.1", "Status: 5.0.0\n", "x-rohrpost; 5.7.1\n" },
		{ "", "Status: 5.0.0\n", "Action: failed\n" },
	};
	struct dropreturn r = { .me = "me.example",
		.now = 1790000000,
		.name = "0123456789abcdef01234567" };
	struct drop_parcel d = { .fd = -1 }, report;
	size_t i;

	buf_puts(&d.env, "from a@b\nto c@d\n");
	for (i = 0; i < sizeof why / sizeof *why; i++) {
		report = (struct drop_parcel){ .fd = -1 };
		r.why = why[i][0];
		is_num(dropreturn_make(&r, &d, &report), DROPRETURN_MADE,
		    why[i][0]);
		buf_putc(&report.text, '\0');
		ok(strstr(buf_data(&report.text), why[i][1]) != NULL,
		    why[i][1]);
		ok(strstr(buf_data(&report.text), why[i][2]) != NULL,
		    why[i][2]);
		drop_free(&report);
	}
	/* whose it is is not known */
	buf_clear(&d.env);
	report = (struct drop_parcel){ .fd = -1 };
	is_num(dropreturn_make(&r, &d, &report), DROPRETURN_NOBODY, "nobody");
	drop_free(&d);
}

int
main(void)
{
	size_t i;

	for (i = 0; i < sizeof cases / sizeof *cases; i++)
		check(i);
	reasons();
	return done();
}
