#include "admin/adminparam.h"
#include "tap.h"
#include <stdlib.h>

/* what was read, as NAME=VALUE with ; between, or ! and why not */
static const char *
text(struct adminparams *p, int r)
{
	static char out[8192];
	size_t n = 0;
	unsigned i;

	out[0] = '\0';
	if (r == -1)
		n += snprintf(out, sizeof out, "!%s", p->why);
	for (i = 0; r == 0 && i < p->n; i++)
		n += snprintf(out + n, sizeof out - n, "%s%s=%s",
		    i > 0 ? ";" : "", p->param[i].name, p->param[i].value);
	adminparams_free(p);
	return out;
}

static const struct {
	const char *in, *want;
} queries[] = {
	{ "", "" },
	{ "a=1&b=2&a=3", "a=1;b=2;a=3" },
	{ "a=x%40y.example+z&not.to=%2B", "a=x@y.example z;not.to=+" },
	{ "a&b=&=", "!a parameter has a name that is none" },
	{ "a&&b=", "a=;b=" },
	{ "a=-rf", "a=-rf" },
	{ "a=%00", "!a: a control character" },
	{ "a=%0a", "!a: a control character" },
	{ "a=%09", "!a: a control character" },
	{ "a=%7f", "!a: a control character" },
	{ "a=%4", "!the query has a name or a value that is too long, or a % "
		  "without its two digits" },
	{ "a=%zz", "!the query has a name or a value that is too long, or a % "
		   "without its two digits" },
	{ "a_b=1", "!a parameter has a name that is none" },
	{ "a/b=1", "!a parameter has a name that is none" },
	{ "a=b=c", "a=b=c" },
}, bodies[] = {
	{ "{}", "" },
	{ "{\"to\":\"a@b\",\"n\":3,\"dry-run\":true,\"x\":false,\"y\":null}",
	    "to=a@b;n=3;dry-run=1" },
	{ "{\"to\":[\"a\",\"b\",7]}", "to=a;to=b;to=7" },
	{ "{\"suspended\":true}", "state=off" },
	{ "{\"disabled\":false}", "state=on" },
	{ "{\"to\":{\"a\":1}}", "!to: must be a text, a whole number, true or "
				"false, or a list of them" },
	{ "{\"to\":1.5}", "!to: must be a text, a whole number, true or false, "
			  "or a list of them" },
	{ "{\"to\":[[\"a\"]]}", "!to: a list of texts or numbers" },
	{ "{\"to\":[true]}", "!to: a list of texts or numbers" },
	{ "{\"to\":\"a\\u0000b\"}", "!to: a control character" },
	{ "{\"to\":\"a\\tb\"}", "!to: a control character" },
	{ "{\"to\":\"a\\u000ab\"}", "!to: a control character" },
	{ "{\"a b\":1}", "!a member has a name that is none" },
	{ "[]", "!the body is no object of JSON" },
	{ "\"x\"", "!the body is no object of JSON" },
};

static void
limits(void)
{
	struct adminparams p = { .n = 0 };
	static char q[2048], name[] = "a";
	int i, r = 0;

	for (i = 0; i < ADMINPARAM_MAX; i++)
		r |= adminparams_add(&p, name, 1, "v", 1, ADMINPARAM_BODY);
	ok(r == 0 && p.n == ADMINPARAM_MAX, "as many as may be");
	ok(adminparams_add(&p, name, 1, "v", 1, ADMINPARAM_BODY) == -1,
	    "one more");
	is_str(text(&p, -1), "!more than 64 parameters", "which is said");
	memset(q, 'x', sizeof q);
	memcpy(q, "a=", 2);
	r = adminparams_query(&p, (struct slice){ q, 2 + 1024 });
	ok(r == 0 && strlen(p.param[0].value) == 1024, "a value of 1024");
	text(&p, r);
	r = adminparams_query(&p, (struct slice){ q, 2 + 1025 });
	is_str(text(&p, r), "!a: longer than 1024 bytes", "one more");
	r = adminparams_query(&p, (struct slice){ q, 2 + 1026 });
	ok(r == -1, "and another");
	text(&p, r);
	memset(q, 'n', 64);
	ok(adminparams_query(&p, (struct slice){ q, 32 }) == 0, "a name of 32");
	text(&p, 0);
	ok(adminparams_query(&p, (struct slice){ q, 33 }) == -1, "of 33");
	text(&p, -1);
}

int
main(void)
{
	struct adminparams p = { .n = 0 };
	size_t i;
	int r;

	for (i = 0; i < sizeof queries / sizeof *queries; i++) {
		r = adminparams_query(&p,
		    (struct slice){ queries[i].in, strlen(queries[i].in) });
		is_str(text(&p, r), queries[i].want, queries[i].in);
	}
	for (i = 0; i < sizeof bodies / sizeof *bodies; i++) {
		r = adminparams_json(&p, bodies[i].in, strlen(bodies[i].in));
		is_str(text(&p, r), bodies[i].want, bodies[i].in);
	}
	r = adminparams_json(&p, "{", 1);
	ok(r == -1 && strncmp(p.why, "the body is no JSON: line 1", 27) == 0,
	    "no JSON");
	r = adminparams_json(&p, "{\"a\":1,\"a\":2}", 13);
	ok(r == -1, "a name twice");
	text(&p, r);
	ok(adminparams_query(&p, (struct slice){ "a=1&b=2&a=3", 11 }) == 0,
	    "several");
	is_str(adminparams_get(&p, "a", 1), "3", "the second");
	ok(adminparams_get(&p, "a", 2) == NULL, "no third");
	text(&p, 0);
	limits();
	return done();
}
