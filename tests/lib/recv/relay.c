#include "recv/relay.h"
#include "tap.h"
#include <stdlib.h>

/* records as a list */
static struct {
	char key[256], data[512];
	size_t key_len, data_len;
} rec[1000];
static size_t n_rec;
static char reason[256];

static int
on_add(void *arg, const char *key, size_t key_len, const char *data,
    size_t data_len)
{
	(void)arg;
	if (n_rec == 1000)
		return -1;
	memcpy(rec[n_rec].key, key, key_len);
	memcpy(rec[n_rec].data, data, data_len);
	rec[n_rec].key_len = key_len;
	rec[n_rec++].data_len = data_len;
	return 0;
}

static void
on_wrong(void *arg, const char *why)
{
	(void)arg;
	snprintf(reason, sizeof reason, "%s", why);
}

static const struct conffile_sink sink = { on_add, on_wrong, NULL };

static int broken;

static int
get(void *arg, const char *key, size_t n, const char **data, size_t *len)
{
	size_t i;

	(void)arg;
	if (broken)
		return -1;
	for (i = 0; i < n_rec; i++)
		if (rec[i].key_len == n && memcmp(rec[i].key, key, n) == 0) {
			*data = rec[i].data;
			*len = rec[i].data_len;
			return 1;
		}
	return 0;
}

static const struct lookup table = { get, NULL };

static char state[128];
static unsigned lineno;

static int
add(const char *line)
{
	return conffile_relay.line(state, line, strlen(line), ++lineno, &sink);
}

static void
finish(void)
{
	conffile_relay.finish(state, &sink);
	lineno = 0;
}

/* what tcprules makes of the same lines, as its output was read */
static const struct {
	const char *line, *key, *data;
	size_t data_len;
} good[] = {
	{ "127.:allow,RELAYCLIENT=\"\"", "127.", "+RELAYCLIENT=\0", 14 },
	{ "10.1.2.3:deny", "10.1.2.3", "D\0", 2 },
	{ "1.2.3.:allow,A=\"x:y\",B=/q r/", "1.2.3.", "+A=x:y\0+B=q r\0", 14 },
	{ "2001:db8::allow,RELAYCLIENT=\"@x\"",
	    "2001:db8:", "+RELAYCLIENT=@x\0", 16 },
	{ "2001:db8::1:allow", "2001:db8::1", "", 0 },
	{ "::1:allow,RELAYCLIENT=\"\"", "::1", "+RELAYCLIENT=\0", 14 },
	{ "::ffff:1.2.3.4:deny", "::ffff:1.2.3.4", "D\0", 2 },
	{ "=.host.example:deny", "=.host.example", "D\0", 2 },
	{ "=a-b.example:allow", "=a-b.example", "", 0 },
	{ ":allow", "", "", 0 },
	{ ":deny", "", "D\0", 2 },
	{ "1.2.3.4:deny,X=\"a\"", "1.2.3.4", "D\0+X=a\0", 7 },
	{ "1.2.3.4:allow,X=\":deny\"", "1.2.3.4", "+X=:deny\0", 9 },
};

static const char *const bad[] = {
	"nocolon",
	"1.2.3.4:foo",
	"1.2.3.4:",
	"1.2.3.4:allowed",
	"1.2.3.4:denyX",
	":allow,",
	":allow,X",
	":allow,X=",
	":allow,X=\"",
	":deny,X=\"y",
	":allow X=\"y\"",
	":allow,=\"\"",
	"1.2.3.:allow,X=\"\"Y=\"\"",
	"1.2.3.:allow,X=\"\",,Y=\"\"",
	"1.2.3.9-4:deny",
	"1.2.3.1-:deny",
	"1.2.3.1-300:deny",
	"1.2.3.1-2-3:deny",
	"1-:deny",
	"1.2.3.4-5.6-7:deny",
	"10.0.0.0/8:allow",
	"2001:db8::/32:allow",
	"10.1.2:deny",
	"10:deny",
	"1.2.3.4.5:deny",
	"01.2.3.4:deny",
	"1.2.3.256:deny",
	"1..2.:deny",
	"2001:DB8::allow",
	"2001:0db8::allow",
	"20010::1:allow",
	"2001:db8::1::2:allow",
	"host.example:deny",
	"1.2.3.4 :deny",
	"fe80::5-7:deny",
	/* nobody looks for a user, and what stands twice says one thing */
	"user@1.2.3.4:deny",
	"@:deny",
	"user@1.2.3.4-9:deny",
	":allow,RELAYCLIENT=\"\",RELAYCLIENT=\"@x\"",
	":allow,X=\"a\",Y=\"b\",X=\"a\"",
};

/* the second line of each pair */
static const struct {
	const char *first, *second, *why; /* NULL: good */
} pairs[] = {
	{ "10.1.2.3:deny", "10.1.2.3:allow", "stands in line 1 already" },
	{ "10.1.2.3:deny", "10.1.2.:allow", NULL },
	{ ":deny", ":allow,RELAYCLIENT=\"\"", "stands in line 1 already" },
	{ "=a:deny", "=a:allow", "stands in line 1 already" },
	{ "=a:deny", "=.a:allow", NULL },
	{ "10.1.2.3-9:deny", "10.1.2.9:allow", "stands in line 1 already" },
	{ "10.1.2.9:deny", "10.1.2.3-9:allow", "stands in line 1 already" },
	{ "10.1.2.3-8:deny", "10.1.2.9:allow", NULL },
	{ ":allow,X=\"\"", "::1:allow,X=\"\",XY=\"\"", NULL },
};

static void
twice(void)
{
	size_t i;

	for (i = 0; i < sizeof pairs / sizeof *pairs; i++) {
		finish();
		n_rec = 0;
		reason[0] = '\0';
		is_num(add(pairs[i].first), 0, pairs[i].first);
		add(pairs[i].second);
		is_str(reason, pairs[i].why == NULL ? "" : pairs[i].why,
		    pairs[i].second);
	}
}

static void
records(void)
{
	size_t i;

	for (i = 0; i < sizeof good / sizeof *good; i++) {
		finish();
		n_rec = 0;
		is_num(add(good[i].line), 0, good[i].line);
		is_num(n_rec, 1, "one record");
		rec[0].key[rec[0].key_len] = '\0';
		is_str(rec[0].key, good[i].key, "key");
		ok(rec[0].data_len == good[i].data_len &&
			memcmp(rec[0].data, good[i].data, good[i].data_len) ==
			    0,
		    "data");
	}
	for (i = 0; i < sizeof bad / sizeof *bad; i++) {
		finish();
		n_rec = 0;
		reason[0] = '\0';
		ok(add(bad[i]) == -1 && reason[0] != '\0', bad[i]);
	}
	n_rec = 0;
	is_num(add("1.2.3.0-255:deny"), 0, "a range of 256");
	is_num(n_rec, 256, "256 records");
	is_num(rec[255].key_len, strlen("1.2.3.255"), "the last");
	n_rec = 0;
	is_num(add("1.2-3.:deny"), 0, "a range of prefixes");
	is_num(n_rec, 2, "two records");
}

static void
finds(void)
{
	static const struct {
		const char *ip, *host;
		enum relay_verdict v;
		const char *suffix;
	} t[] = {
		{ "127.0.0.1", NULL, RELAY_ALLOW, "" },
		{ "10.1.2.3", NULL, RELAY_DENY, "" },
		{ "10.1.2.4", NULL, RELAY_ALLOW, "@ten" },
		{ "10.2.0.1", NULL, RELAY_NONE, "" },
		{ "10.20.0.1", NULL, RELAY_NONE, "" },
		{ "192.0.2.1", NULL, RELAY_NONE, "" },
		{ "192.0.2.1", "a.b.example", RELAY_DENY, "" },
		{ "192.0.2.1", "b.example", RELAY_NONE, "" },
		{ "192.0.2.1", "exact.example", RELAY_ALLOW, "" },
		{ "10.1.2.3", "exact.example", RELAY_DENY, "" },
		{ "10.1.2.4", "exact.example", RELAY_ALLOW, "@ten" },
		{ "2001:db8::1", NULL, RELAY_ALLOW, "" },
		{ "2001:db8:1::1", NULL, RELAY_ALLOW, "" },
		{ "2001:db80::1", NULL, RELAY_NONE, "" },
		{ "::1", NULL, RELAY_ALLOW, "" },
		{ "", NULL, RELAY_NONE, "" },
	};
	struct relay_rule rule;
	size_t i;

	finish();
	n_rec = 0;
	add("10.1.2.3:deny");
	add("10.1.2.0-2:allow,RELAYCLIENT=\"@ten\"");
	add("10.1.2.4-9:allow,RELAYCLIENT=\"@ten\"");
	add("10.2.:allow,RELAY=\"no\",RELAYCLIENTS=\"no\"");
	add("127.:allow,X=\"\",RELAYCLIENT=\"\"");
	add("2001:db8::allow,RELAYCLIENT=\"\"");
	add("::1:allow,RELAYCLIENT=\"\"");
	add("=exact.example:allow,RELAYCLIENT=\"\"");
	add("=.b.example:deny");
	for (i = 0; i < sizeof t / sizeof *t; i++) {
		is_num(relay_find(&table, t[i].ip, t[i].host, &rule), t[i].v,
		    t[i].ip);
		is_str(rule.suffix, t[i].suffix, "suffix");
	}
	add(":deny");
	is_num(relay_find(&table, "192.0.2.1", NULL, &rule), RELAY_DENY,
	    "the empty key is for everyone");
	is_num(relay_find(&table, "127.0.0.1", NULL, &rule), RELAY_ALLOW,
	    "but the last");
	add("=:allow,RELAYCLIENT=\"\"");
	is_num(relay_find(&table, "192.0.2.1", "x", &rule), RELAY_ALLOW,
	    "= is for who has a name");
	finish();
	broken = 1;
	is_num(relay_find(&table, "127.0.0.1", NULL, &rule), RELAY_BROKEN,
	    "a broken table");
	broken = 0;
	n_rec = 1;
	rec[0].key_len = 0;
	memcpy(rec[0].data, "+RELAYCLIENT=", 13); /* without its NUL */
	rec[0].data_len = 13;
	is_num(relay_find(&table, "127.0.0.1", NULL, &rule), RELAY_BROKEN,
	    "a broken record");
}

/* RELAYCLIENT's value exactly at the limit and above */
static void
limits(void)
{
	char line[600];
	struct relay_rule rule;
	size_t n, at;

	for (n = RELAY_SUFFIX_MAX - 1; n <= RELAY_SUFFIX_MAX; n++) {
		n_rec = 0;
		at = snprintf(line, sizeof line, ":allow,RELAYCLIENT=\"");
		memset(line + at, 'x', n);
		strcpy(line + at + n, "\"");
		is_num(add(line), n < RELAY_SUFFIX_MAX ? 0 : -1, "suffix");
		finish();
	}
	n_rec = 1;
	rec[0].key_len = 0;
	memset(rec[0].data, 'x', 400);
	memcpy(rec[0].data, "+RELAYCLIENT=", 13);
	for (n = RELAY_SUFFIX_MAX - 1; n <= RELAY_SUFFIX_MAX; n++) {
		rec[0].data[13 + n] = '\0';
		rec[0].data_len = 13 + n + 1;
		is_num(relay_find(&table, "1.2.3.4", NULL, &rule),
		    n < RELAY_SUFFIX_MAX ? RELAY_ALLOW : RELAY_BROKEN,
		    "suffix in a foreign table");
		rec[0].data[13 + n] = 'x';
	}
}

/* who may say who somebody else is */
static void
peers(void)
{
	static const struct {
		const char *line;
		int good;
		unsigned proxy, xclient;
		enum relay_verdict v;
	} t[] = {
		{ "1.2.3.4:allow,PROXY=\"\"", 1, 1, 0, RELAY_NONE },
		{ "1.2.3.4:allow,XCLIENT=\"\"", 1, 0, 1, RELAY_NONE },
		{ "1.2.3.4:allow,XCLIENT=\"x\",RELAYCLIENT=\"\",PROXY=\"y\"", 1,
		    1, 1, RELAY_ALLOW },
		{ "1.2.3.4:allow,PROXYX=\"\",XPROXY=\"\"", 1, 0, 0,
		    RELAY_NONE },
		{ "1.2.3.4:deny,PROXY=\"\"", 1, 0, 0, RELAY_DENY },
		{ ":allow,PROXY=\"\"", 0, 0, 0, RELAY_NONE },
		{ ":allow,XCLIENT=\"\"", 0, 0, 0, RELAY_NONE },
	};
	struct relay_rule rule;
	size_t i;

	for (i = 0; i < sizeof t / sizeof *t; i++) {
		n_rec = 0;
		memset(state, 0, sizeof state);
		is_num(add(t[i].line), t[i].good ? 0 : -1, t[i].line);
		if (!t[i].good)
			continue;
		is_num(relay_find(&table, "1.2.3.4", NULL, &rule), t[i].v,
		    "verdict");
		is_num(rule.proxy, t[i].proxy, "a proxy");
		is_num(rule.xclient, t[i].xclient, "speaks for others");
	}
}

int
main(void)
{
	ok(conffile_relay.state_size <= sizeof state, "small state");
	records();
	twice();
	finds();
	limits();
	peers();
	return done();
}
