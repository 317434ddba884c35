/* what is known of a job and its hosts, together, and the labels of it */
#include "route/protect.h"
#include "route/tlslabels.h"
#include "memlookup.h"
#include "tap.h"

#define D16 "0123456789abcdef"
#define D64 D16 D16 D16 D16

static const char lines[] =
    "* auto\n"
    "d.example verify\n"
    ".e.example verify match=x.example,.nexthop,hostname login=l cert=c "
    "implicit=yes\n"
    "relay.example fingerprint pin=key:" D64 ",cert:" D64 "\n"
    "[192.0.2.1] must\n"
    "only.example dane-only login=x\n";

static struct lookup table;
static struct routing where;
static struct routing_job job;
static struct protect how;

static const char *
labels(const struct hosts *h)
{
	static struct buf b;

	buf_clear(&b);
	if (protect_decide(&how, &table, &where, &job, h) != PROTECT_GOOD)
		return "damaged";
	if (how.plan.n_kept == 0)
		return how.plan.esc;
	tlslabels_put(&b, &how);
	buf_putc(&b, '\0');
	return buf_data(&b);
}

/* one host of MX, with or without TLSA records */
static const char *
by_mx(const char *domain, enum hosts_dane dane)
{
	static char address[300], bytes[] = "mx.example/25/192.0.2.9";
	struct hosts_piece piece = { 0, sizeof bytes - 1 };
	struct hosts_item item = { .n4 = 1,
		.name_len = 10,
		.dane = dane,
		.tlsa_len = dane == HOSTS_DANE_TLSA ? 10 : 0 };
	const struct hosts h = {
		.n = 1, .item = &item, .piece = &piece, .bytes = bytes
	};

	snprintf(address, sizeof address, "u@%s", domain);
	address_set(&where.addr, address, strlen(address));
	where.what = ROUTING_MX;
	return labels(&h);
}

/* one host of a rule, which needs no DNS */
static const char *
by_rule(enum routing_what what, const char *host)
{
	where.what = what;
	routes_host((struct slice){ host, strlen(host) },
	    what == ROUTING_LMTP ? 0 : 25, &where.rule.host[0]);
	where.rule.n_host = 1;
	return labels(NULL);
}

static void
domains(void)
{
	is_str(by_mx("a.example", HOSTS_DANE_NONE),
	    "tls:may\ttls-from:tls-out:1,no-policy", "by its domain");
	is_str(by_mx("a.example", HOSTS_DANE_TLSA),
	    "tls:dane\ttls-else:may\ttls-from:tls-out:1,dane\ttlsa:mx.example\tmx-secure:0",
	    "with records");
	is_str(by_mx("d.example", HOSTS_DANE_NONE),
	    "tls:verify\ttls-from:tls-out:2\ttls-names:d.example .d.example",
	    "the names by default");
	is_str(by_mx("d.e.example", HOSTS_DANE_NONE),
	    "tls:verify\ttls-from:tls-out:3"
	    "\ttls-names:x.example .d.e.example hostname"
	    "\tlogin:l\tclient-cert:c\timplicit:1",
	    "all that a line may say");
	is_str(by_mx("only.example", HOSTS_DANE_NONE), "4.7.5", "none is left");
	is_str(by_mx("only.example", HOSTS_DANE_TLSA),
	    "tls:dane\ttls-from:tls-out:6\ttlsa:mx.example\tmx-secure:0\tlogin:x",
	    "nothing else will do");
}

static void
rules(void)
{
	is_str(by_rule(ROUTING_HOST, "Relay.Example:587"),
	    "tls:fingerprint\ttls-from:tls-out:4\ttls-pins:key:" D64
	    " cert:" D64,
	    "by the first host of a rule");
	is_str(by_rule(ROUTING_HOST, "[192.0.2.1]"),
	    "tls:must\ttls-from:tls-out:5", "an address");
	is_str(by_rule(ROUTING_LMTP, "[192.0.2.1]:24"),
	    "tls:must\ttls-from:tls-out:5", "by LMTP");
	is_str(by_rule(ROUTING_LMTP, "/run/lmtp"), "tls:none\ttls-from:default",
	    "a path");
	where.rule.tls = (struct slice){ "may", 3 };
	where.rule.line = 9;
	is_str(by_rule(ROUTING_LMTP, "/run/lmtp"), "tls:may\ttls-from:routes:9",
	    "the rule says so");
	is_str(by_rule(ROUTING_HOST, "relay.example"),
	    "tls:may\ttls-from:routes:9", "in place of the line");
	where.rule.tls.n = 0;
}

static void
message(void)
{
	job.requiretls = 1;
	is_str(by_mx("a.example", HOSTS_DANE_NONE), "5.7.10",
	    "nobody vouches for it");
	is_str(by_mx("[192.0.2.9]", HOSTS_DANE_NONE),
	    "tls:sts\ttls-from:requiretls,no-policy",
	    "an address literal is its own answer");
	is_str(by_rule(ROUTING_HOST, "other.example"),
	    "tls:sts\ttls-from:requiretls,no-policy", "a rule does");
	job.requiretls = 0;
	job.tls_optional = 1;
	is_str(by_mx("a.example", HOSTS_DANE_FAILED),
	    "tls:may\ttls-from:tls-required-no", "it is not needed");
	job.tls_optional = 0;
}

/* a policy of MTA-STS that is only tried */
static void
tried(void)
{
	struct hosts_piece piece[3] = { { 0, 2 }, { 2, 2 }, { 4, 2 } };
	struct hosts_item item[3] = { { .first = 0, .n4 = 1, .name_len = 2 },
		{ .first = 1, .n4 = 1, .name_len = 2, .listed = 1 },
		{ .first = 2, .n4 = 1, .name_len = 2 } };
	char bytes[] = "m1m2m3";
	const struct hosts h = { .n = 3,
		.item = item,
		.piece = piece,
		.bytes = bytes,
		.sts = STS_TESTING,
		.sts_id = "i1" };

	is_str(by_mx("a.example", HOSTS_DANE_NONE),
	    "tls:may\ttls-from:tls-out:1,no-policy", "no policy");
	is_str(labels(&h),
	    "tls:may\ttls-from:tls-out:1,sts-testing\tsts:testing\tsts-id:i1"
	    "\tsts-bad:m1 m3",
	    "which hosts it does not list");
}

/* one that is left out because the records before it fill the label */
static void
no_room(void)
{
	static char bytes[2 * HOSTS_TLSA_TEXT_MAX] = "m1m2m3";
	struct hosts_piece piece[3] = { { 0, 2 }, { 2, 2 }, { 4, 2 } };
	struct hosts_item item[3] = {
		{ .first = 0, .n4 = 1, .name_len = 2, .dane = HOSTS_DANE_TLSA },
		{ .first = 1, .n4 = 1, .name_len = 2, .dane = HOSTS_DANE_TLSA },
		{ .first = 2,
		    .n4 = 1,
		    .name_len = 2,
		    .dane = HOSTS_DANE_FAILED },
	};
	const struct hosts h = {
		.n = 3, .item = item, .piece = piece, .bytes = bytes
	};
	char why[TLSPLAN_TEXT_MAX];

	by_mx("a.example", HOSTS_DANE_NONE);
	item[0].tlsa_len = item[1].tlsa_len = HOSTS_TLSA_TEXT_MAX / 2;
	item[0].tlsa_at = item[1].tlsa_at = 6;
	memset(bytes + 6, 'x', HOSTS_TLSA_TEXT_MAX);
	is_num(protect_decide(&how, &table, &where, &job, &h), PROTECT_GOOD,
	    "records of two hosts");
	ok(protect_why(&how, 0, why) == NULL, "the first is tried");
	is_str(protect_why(&how, 1, why),
	    "m2: its TLSA records have no room beside those of others",
	    "the second is not, and says why");
	is_str(protect_why(&how, 2, why),
	    "TLSA of m3: no answer, or one that is forged",
	    "as the third does");
	is_num(how.plan.n_kept, 1, "one is left");
}

/* eight names of the longest kind, and sixteen pins */
static void
limits(void)
{
	char text[8000] = "* verify match=", domain[WORD_DOMAIN_MAX + 1] = "";
	struct memtable t;
	unsigned i;

	for (i = 0; i < WORD_DOMAIN_MAX; i++)
		domain[i] = i % 60 == 59 ? '.' : 'x';
	for (i = 0; i < TLSOUT_NAMES_MAX; i++)
		strcat(text, i == 0 ? ".nexthop" : ",.nexthop");
	table = memtable_make(&t, &conffile_tls_out, text);
	is_num(strlen(by_mx(domain, HOSTS_DANE_NONE)),
	    strlen("tls:verify\ttls-from:tls-out:1\ttls-names:") +
		TLSOUT_NAMES_MAX * (WORD_DOMAIN_MAX + 2) - 1,
	    "names, at the limit");
	memtable_free(&t);
	strcpy(text, "* fingerprint pin=");
	for (i = 0; i < TLSOUT_PINS_MAX; i++)
		strcat(text, i == 0 ? "cert:" D64 : ",cert:" D64);
	table = memtable_make(&t, &conffile_tls_out, text);
	is_num(strlen(by_mx(domain, HOSTS_DANE_NONE)),
	    strlen("tls:fingerprint\ttls-from:tls-out:1\ttls-pins:") +
		TLSOUT_PINS_MAX * (TLSOUT_PIN_LEN + 1) - 1,
	    "pins, at the limit");
	t.broken = 1;
	is_str(by_mx("a.example", HOSTS_DANE_NONE), "damaged",
	    "a damaged table");
	memtable_free(&t);
}

int
main(void)
{
	struct memtable t;

	table = memtable_make(&t, &conffile_tls_out, lines);
	is_str(buf_data(&t.faults), "", "no fault");
	domains();
	rules();
	message();
	tried();
	no_room();
	memtable_free(&t);
	limits();
	return done();
}
