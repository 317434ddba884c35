/*
 * The parsers of all configuration files, and the look-ups in what they
 * make: no text may crash or make a table that its own reader calls
 * damaged.
 */
#include "auth/auth.h"
#include "bounce/dsn.h"
#include "client/clientcheck.h"
#include "confbuild/subjects.h"
#include "conf/local.h"
#include "failure/failurefile.h"
#include "fix/rules.h"
#include "grey/white.h"
#include "local/users.h"
#include "recv/certs.h"
#include "recv/rcptfile.h"
#include "recv/senders.h"
#include "route/aliasfile.h"
#include "route/prohibited.h"
#include "route/routefile.h"
#include "route/routingtext.h"
#include "sign/signers.h"
#include "sign/signersfile.h"
#include "suppress/suppressconf.h"
#include "suppress/suppressfile.h"
#include "tls/tlsconf.h"
#include "../lib/memlookup.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static void
must(int good)
{
	if (!good)
		__builtin_trap();
}

/* conf-build hands over no line with control bytes; nor do we */
static char *
text_of(const uint8_t *p, size_t n)
{
	char *t = malloc(n + 1);
	size_t i;

	for (i = 0; i < n; i++)
		t[i] = (p[i] < 0x20 && p[i] != '\t' && p[i] != '\n') ||
			p[i] == 0x7f
		    ? ' '
		    : (char)p[i];
	t[n] = '\0';
	return t;
}

/* the same for the file auth, which any domain may be looked up in */
static void
look_up(const char *text, const char *domain)
{
	struct auth_rules rules;
	struct memtable t;
	struct lookup l = memtable_make(&t, &conffile_auth, text);

	must(auth_rules(&l, &rules) == 0);
	must(auth_excepted(&l, domain) != -1 && auth_trusted(&l, domain) != -1);
	memtable_free(&t);
}

/* whatever words a report is made in, it is one */
static void
report_in(const char *text, const char *address)
{
	struct dsn_rcpt r[2] = { { .address = address, .text = text },
		{ .address = address, .status = "5.0.0", .expired = 1 } };
	struct dsn d = { .me = "mx.example",
		.to = address,
		.copy_to = "postmaster@mx.example",
		.boundary = "B",
		.message_id = "<m@mx>",
		.until = 1 };
	struct memtable t;
	struct lookup l = memtable_make(&t, &conffile_bounces, text);
	struct buf b = { 0 };
	unsigned i, kind;

	must(wording_find(&d.words, &l, address) == 0 &&
	    wording_forged(&l) >= 0);
	for (kind = 1; kind < 8; kind++)
		must(wording_copies(&l, kind, NULL, NULL, "mx.example", &b) ==
		    0);
	buf_clear(&b);
	for (i = 0; i < 6; i++) {
		d.action = i < 5 ? i : DSN_FAILED;
		d.second = i == 5;
		must(dsn_open(&b, &d, r, 1 + i % 2) == 0);
	}
	d.utf8 = 1;
	must(dsn_open(&b, &d, r, 1) == 0);
	buf_free(&b);
	memtable_free(&t);
}

/* decide for one address by tables of one text each */
static void
decide(const char *text, const char *address, size_t n)
{
	static struct routing w;
	struct local_default by_default;
	struct memtable t[6];
	struct lookup users;
	struct routing_conf c = { 0 };
	struct routing_job j = { 0 };
	struct buf b = { 0 };
	unsigned i;

	c.local = local_by_default(&by_default, "Mail.example.org",
	    memtable_make(&t[0], &conffile_local, text));
	c.pools = memtable_make(&t[1], &conffile_pools, text);
	c.aliases = memtable_make(&t[2], &conffile_aliases, text);
	c.routes = memtable_make(&t[3], &conffile_routes, text);
	users = memtable_make(&t[4], &conffile_users, text);
	c.feedback.get = NULL;
	c.prohibited = memtable_make(&t[5], &conffile_prohibited, text);
	c.clock = zone_clock;
	j.at_s = 1796000000;
	must(rulesearch_load(&c.loaded, &c.routes) == 0);
	j.to = (struct slice){ address, n };
	j.from = (struct slice){ text, strcspn(text, "\n") };
	j.id = j.from;
	/* with a doubt it is decided all the same */
	j.early = 1;
	routing_decide(&w, &c, &j);
	j.early = 0;
	routing_decide(&w, &c, &j);
	must(w.doubt == 0);
	/* what the parsers let pass, the readers understand */
	must(w.what != ROUTING_DEFERRED || strcmp(w.class, "local") != 0 ||
	    strncmp(w.text, "table ", 6) != 0);
	must(users_has(&users,
		 (struct slice){ buf_data(&w.user), buf_len(&w.user) },
		 (struct slice){ w.addr.domain, w.addr.domain_len }) >= 0 &&
	    users_system(&users) >= 0);
	must(routingtext_describe(&b, &w, ' ') == 0);
	buf_clear(&b);
	routingtext_test(&w, &c, text, strcspn(text, "\n"), &b);
	buf_free(&b);
	for (i = 0; i < 6; i++)
		memtable_free(&t[i]);
}

/* no rule that conf-build took is damaged for who asks */
static void
suppresses(const char *text, const char *address, size_t n)
{
	struct suppressconf_facts f;
	struct suppressconf_add add;
	struct suppressconf conf;
	struct slice tenant, stream;
	struct address to;
	struct memtable t;
	struct lookup l = memtable_make(&t, &conffile_suppress, text);

	memset(&f, 0, sizeof f);
	if (address_set(&to, address, n) == -1) {
		memset(&to, 0, sizeof to);
		to.domain = "";
	}
	f.who.to = f.who.from = &to;
	f.who.tenant = f.ev = f.reason =
	    (struct slice){ text, strcspn(text, "\n") };
	must(suppressconf_load(&conf, &l) == 0);
	must(suppressconf_event(&conf, &f, &add) >= 0 &&
	    suppressconf_sends(&conf, &f) >= 0 &&
	    suppressconf_reports(&conf, &f) >= 0 &&
	    suppressconf_door(&conf, &f, &tenant, &stream) >= 0);
	memtable_free(&t);
}

/* what conf-build took is found */
static void
listed(const char *text, const char *what, size_t n)
{
	struct memtable t;
	struct lookup l = memtable_make(&t, &conffile_grey, text);
	struct slice s = { what, n };
	unsigned i;

	must(greywhite_client(&l, s) >= 0 && greywhite_from(&l, s) >= 0 &&
	    greywhite_to(&l, s) >= 0 && greywhite_spf(&l, s) >= 0);
	for (i = 0; i < t.n && n == 0; i++) {
		struct slice k = { t.record[i].key + 1,
			t.record[i].key_len - 1 };

		if (t.record[i].key[0] == 't' && *k.p != '@' &&
		    k.p[k.n - 1] != '@')
			must(greywhite_to(&l, k) == 1);
		if (t.record[i].key[0] == 's' && *k.p != '.' &&
		    k.n <= WORD_DOMAIN_MAX)
			must(greywhite_spf(&l, k) == 1);
	}
	memtable_free(&t);
}

/* a client that says `who` in HELO and MAIL FROM, and the DNS this and that:
 * what conf-build took is understood, and the questions have an end */
static void
client(const char *text, const char *who)
{
	static const unsigned char bytes[] = "\177\0\0\2";
	static const unsigned char *const data[] = { bytes };
	static const int len[] = { 4 };
	static struct clients_rules rules;
	static struct clientcheck_item item[CLIENTCHECK_ITEMS_MAX];
	struct clientcheck_facts f = { .ip = { 192, 0, 2, 1 },
		.ip_len = 4,
		.helo = who,
		.sender = who,
		.me = "me" };
	struct dnsa a = { DNSA_OK, 1, data, len, "no answer" };
	struct clientcheck_verdict v;
	struct memtable t;
	struct lookup l = memtable_make(&t, &conffile_clients, text);
	struct dnsq q;
	unsigned n, i, asked;
	char tag[WORD_DOMAIN_MAX + 16];

	must(clients_rules(&l, &rules) == 0);
	f.ip_len = strlen(text) % 2 ? 4 : 16;
	n = clientcheck_items(&rules, &f, item);
	must(n <= CLIENTCHECK_ITEMS_MAX);
	for (i = 0; i < n; i++) {
		for (asked = 0; clientcheck_want(&item[i], &q); asked++) {
			must(asked < 20 && q.name[0] != '\0');
			a.status =
			    (enum dnsa_status)((strlen(who) + i + asked) % 4);
			a.n = a.status == DNSA_OK;
			clientcheck_answer(&item[i], &a);
		}
		clientcheck_tag(&item[i], tag, sizeof tag);
	}
	clientcheck_decide(item, n, &v);
	must((v.action >= CLIENTS_TAG) == (v.text[0] != '\0'));
	memtable_free(&t);
}

/* certificates of ours: what conf-build took is understood */
static void
certificates(const char *text)
{
	struct memtable t;
	struct tlsconf c;
	size_t i;

	memtable_make(&t, &conffile_tls, text);
	for (i = 0; i < t.n; i++)
		must(tlsconf_read(&c, t.record[i].data, t.record[i].data_len) ==
		    0);
	memtable_free(&t);
}

/* may `who`, a login, send as this and that, and whose is a certificate: what
 * conf-build took is understood, and where anybody may send as anybody so may
 * he */
static void
logins(const char *text, const char *who)
{
	struct slice address = { text, strcspn(text, " \t\n") }, login;
	struct memtable t, c;
	struct lookup l = memtable_make(&t, &conffile_senders, text), k;
	enum senders_verdict v;
	size_t i;

	if (address.n > WORD_ADDRESS_MAX)
		address.n = WORD_ADDRESS_MAX;
	if (saslname_login_ok(who, strlen(who))) {
		v = senders_may(&l, "me.example", who, address);
		must(v != SENDERS_UNKNOWN);
		for (i = 0; i < t.n; i++)
			must(v == SENDERS_YES || t.record[i].key_len != 3 ||
			    memcmp(t.record[i].key, "*\0*", 3) != 0);
	}
	memtable_free(&t);
	k = memtable_make(&c, &conffile_certs, text);
	for (i = 0; i < c.n; i++)
		must(c.record[i].key_len == CERTS_LEN &&
		    certs_login(&k, (unsigned char *)c.record[i].key, &login) ==
			1 &&
		    saslname_login_ok(login.p, login.n));
	memtable_free(&c);
}

/* how recipients of a domain are known: what conf-build took is understood */
static void
known(const char *text)
{
	struct rcptfile_rule r;
	struct slice domain;
	struct memtable t;
	struct lookup l = memtable_make(&t, &conffile_rcpt, text);
	size_t i;

	for (i = 0; i < t.n; i++) {
		domain.p = t.record[i].key;
		domain.n = t.record[i].key_len;
		must(rcptfile_find(&l, domain, &r) == 1 &&
		    r.how != RCPTFILE_UNSAID);
		must(!r.take || r.how >= RCPTFILE_NEXT);
	}
	memtable_free(&t);
}

/* what signs mail of `who`: what conf-build took is understood */
static void
signed_for(const char *text, const char *who)
{
	struct signers_found f = { .n = 0 };
	struct memtable t;
	struct lookup l = memtable_make(&t, &conffile_dkim, text);

	must(signers_find(&l, SIGNERS_FROM, who, strlen(who), &f) == 0);
	must(signers_find(&l, SIGNERS_ENVELOPE, who, strlen(who), &f) == 0);
	must(f.n <= DKIMMAKE_RULES_MAX);
	signers_clear(&f);
	memtable_free(&t);
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct memtable t;
	char *text, *lf;
	unsigned i;

	if (n == 0 || n > 16384)
		return 0;
	text = text_of(p + 1, n - 1);
	/* classes has a fuzzer of its own: its shipped lines take a while */
	for (i = 0; confbuild_subjects[i] != NULL; i++) {
		if (confbuild_subjects[i] == &conffile_classes)
			continue;
		memtable_make(&t, confbuild_subjects[i], text);
		memtable_free(&t);
	}
	lf = strchr(text, '\n');
	if (lf != NULL) {
		decide(lf + 1, text, lf - text);
		*lf = '\0';
		look_up(lf + 1, text);
		client(lf + 1, text);
		signed_for(lf + 1, text);
		logins(lf + 1, text);
		known(lf + 1);
		certificates(lf + 1);
		report_in(lf + 1, text);
	}
	suppresses(lf == NULL ? "" : lf + 1, text,
	    lf == NULL ? strlen(text) : (size_t)(lf - text));
	listed(lf == NULL ? "" : lf + 1, text, strlen(text));
	free(text);
	return 0;
}
