/* domain-check - does the DNS fit those who send?  See domain-check(8). */
#include "base/clock.h"
#include "base/die.h"
#include "base/exit.h"
#include "base/fd.h"
#include "base/ip.h"
#include "base/out.h"
#include "conf/hostname.h"
#include "dns/dnsopt.h"
#include "dns/dnsrun.h"
#include "dns/idn.h"
#include "dnscheck/domain.h"
#include "route/pools.h"
#include "sign/signers.h"
#include "sign/signersfile.h"
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

static const char usage[] = "domain-check [-q] -C confdir [-r addr@port] "
			    "[-t unixtime] [-w seconds] [domain ...]";

enum { SIGNERS_KEYS_MAX = 64 };

static const char *confdir;
static int64_t now, wait_ms = DNSRUN_DEADLINE_MS;
static struct dnscheck_lines said;
static struct resolve dns = { .deadline_ms = DNSRUN_QUESTION_MS };
static char me[HOSTNAME_MAX + 1];

/* what the files say */
static struct record {
	char *key, *data;
	size_t key_len, data_len;
} * record;
static size_t n_records;
static struct dnscheck_source *source;
static size_t n_sources;

static const struct dnscheck_report report = { dnscheck_line, &said };

/* the configuration: its text, so that it can be looked at before conf-build */

static char *
copy(const char *p, size_t n)
{
	char *c = need(malloc(n + 1));

	memcpy(c, p, n);
	c[n] = '\0';
	return c;
}

struct reading {
	char path[PATH_MAX];
	unsigned lineno;
};

static void
on_wrong(void *arg, const char *reason)
{
	const struct reading *r = arg;

	if (r->lineno == 0)
		die(EXIT_TEMP, "%s: %s", r->path, reason);
	die(EXIT_TEMP, "%s:%u: %s", r->path, r->lineno, reason);
}

static int
on_record(void *arg, const char *key, size_t kn, const char *data, size_t dn)
{
	(void)arg;
	record = need(realloc(record, (n_records + 1) * sizeof *record));
	record[n_records++] =
	    (struct record){ copy(key, kn), copy(data, dn), kn, dn };
	return 0;
}

/* a missing file has no lines */
static void
read_conf(const struct conffile *s,
    int (*add)(void *, const char *, size_t, const char *, size_t))
{
	struct reading r = { .lineno = 0 };
	const struct conffile_sink sink = { add, on_wrong, &r };
	char *text;
	size_t n;

	if (snprintf(r.path, sizeof r.path, "%s/%s", confdir, s->name) >=
	    (int)sizeof r.path)
		die(EXIT_TEMP, "%s: the name is too long", confdir);
	if (fd_slurp(r.path, CONFFILE_BYTES_MAX, &text, &n) == -1) {
		if (errno != ENOENT)
			die(EXIT_TEMP, "unable to read %s: %m", r.path);
		return;
	}
	needs(conffile_read(s, text, n, &r.lineno, &sink));
	free(text);
}

static int
get(void *arg, const char *key, size_t n, const char **data, size_t *len)
{
	size_t i;

	(void)arg;
	for (i = 0; i < n_records; i++)
		if (record[i].key_len == n &&
		    memcmp(record[i].key, key, n) == 0) {
			*data = record[i].data;
			*len = record[i].data_len;
			return 1;
		}
	return 0;
}

/* where mail comes from */

static void
add_source(struct slice ip, struct slice helo)
{
	struct dnscheck_source s = { .text = copy(ip.p, ip.n), .helo = me };
	size_t i;

	s.len = ip_scans(s.text, s.ip);
	if (helo.n > 0)
		s.helo = copy(helo.p, helo.n);
	/* several pools may share an address */
	for (i = 0; i < n_sources; i++)
		if (source[i].len == s.len &&
		    memcmp(source[i].ip, s.ip, s.len) == 0 &&
		    strcasecmp(source[i].helo, s.helo) == 0)
			return;
	source = need(realloc(source, (n_sources + 1) * sizeof *source));
	source[n_sources++] = s;
}

static int
on_pool(void *arg, const char *key, size_t kn, const char *data, size_t dn)
{
	struct slice rest = { data, dn };
	struct pools_source s;
	char *name;

	(void)arg;
	while (pools_each(&rest, &s) == 1) {
		if (s.ip.n > 0)
			add_source(s.ip, s.helo);
		if (s.ip6.n > 0)
			add_source(s.ip6, s.helo);
		if (s.ip.n == 0 && s.ip6.n == 0) {
			name = copy(key, kn);
			dnscheck_say(&report, DNSCHECK_WARNING, name,
			    "a source "
			    "without address: the system chooses one, which "
			    "cannot be looked at; say source= in conf/pools");
			free(name);
		}
	}
	return 0;
}

/* who signs */

struct keys {
	struct dnscheck_key key[SIGNERS_KEYS_MAX];
	size_t n;
};

static void
add_keys(struct keys *k, const char *address)
{
	static const struct lookup table = { get, NULL };
	struct signers_found *f = need(calloc(1, sizeof *f));
	const struct dkimmake_rule *r;
	unsigned i;
	size_t j;

	needs(signers_find(&table, SIGNERS_FROM, address, strlen(address), f));
	needs(signers_find(&table, SIGNERS_ENVELOPE, address, strlen(address),
	    f));
	for (i = 0; i < f->n && k->n < SIGNERS_KEYS_MAX; i++) {
		r = &f->rule[i];
		for (j = 0; j < k->n; j++)
			if (strcasecmp(k->key[j].domain, r->domain) == 0 &&
			    strcasecmp(k->key[j].selector, r->selector) == 0)
				break;
		if (j == k->n)
			k->key[k->n++] = (struct dnscheck_key){
				copy(r->domain, strlen(r->domain)),
				copy(r->selector, strlen(r->selector)),
				r->algorithm
			};
	}
	signers_clear(f);
	free(f);
}

/* the domain that a MATCH of conf/dkim is about, or NULL */
static const char *
match_domain(const struct record *r)
{
	const char *match = r->key + 1, *at = strrchr(match, '@');

	if (strcmp(match, "*") == 0)
		return NULL;
	return at != NULL ? at + 1 : *match == '.' ? match + 1 : match;
}

/* all signatures for mail from a domain, its users' own among them */
static void
find_keys(struct keys *k, const char *domain)
{
	char address[WORD_ADDRESS_MAX + 1];
	const char *d;
	size_t i;

	snprintf(address, sizeof address, "postmaster@%s", domain);
	add_keys(k, address);
	for (i = 0; i < n_records; i++) {
		d = match_domain(&record[i]);
		if (d != NULL && d > record[i].key + 1 && d[-1] == '@' &&
		    strcasecmp(d, domain) == 0)
			add_keys(k, record[i].key + 1);
	}
}

/* DNS */

DNSRUN_MACHINE(domain_machine, dnscheck_domain);
DNSRUN_MACHINE(source_machine, dnscheck_source);

static void
check_domain(const char *domain)
{
	static struct dnscheck_domain d;
	static struct keys keys;
	char plain[DNSQ_NAME_MAX + 1];
	struct dnscheck_domain_who who = { .source = source,
		.n_sources = n_sources,
		.key = keys.key,
		.now = now,
		.report = report };

	if (idn_plain(domain, strlen(domain), plain) == 0)
		domain = plain;
	keys.n = 0;
	find_keys(&keys, domain);
	who.domain = domain;
	who.n_keys = keys.n;
	dnscheck_domain_init(&d, &who);
	dnsrun_now(&dns, &domain_machine, &d, wait_ms);
}

/* a list of domains, each once */
static const char **name;
static size_t n_names;

static void
add_name(const char *domain)
{
	size_t i;

	for (i = 0; i < n_names; i++)
		if (strcasecmp(name[i], domain) == 0)
			return;
	name = need(realloc(name, (n_names + 1) * sizeof *name));
	name[n_names++] = domain;
}

/* all that conf/dkim names: whose mail is signed, and of lines for any mail
 * who signs */
static void
check_signed(void)
{
	static struct keys any;
	size_t i;

	for (i = 0; i < n_records; i++)
		if (match_domain(&record[i]) != NULL)
			add_name(match_domain(&record[i]));
	add_keys(&any, "");
	for (i = 0; i < any.n; i++)
		add_name(any.key[i].domain);
	for (i = 0; i < n_names; i++)
		check_domain(name[i]);
}

static void
check_sources(void)
{
	static struct dnscheck_source_check c;
	size_t i;

	for (i = 0; i < n_sources; i++) {
		dnscheck_source_init(&c, &source[i], &report);
		dnsrun_now(&dns, &source_machine, &c, wait_ms);
	}
	if (n_sources == 0)
		dnscheck_say(&report, DNSCHECK_WARNING, "conf/pools",
		    "no source "
		    "has an address: SPF and names were not looked at");
}

/* the name as it stands there; me has it fit to be said */
static void
check_name(void)
{
	char host[HOSTNAME_MAX + 1];
	const char *doubt;

	if (hostname_read_text(confdir, "me", host) == -1)
		return;
	doubt = hostname_doubt(host);
	if (doubt != NULL)
		dnscheck_say(&report, DNSCHECK_WARNING, "conf/me",
		    "%s: %s; " HOSTNAME_ADVICE, host, doubt);
}

int
main(int argc, char **argv)
{
	int c;

	prog_init(argv);
	now = clock_wall_s();
	while ((c = getopt(argc, argv, "+C:qr:t:w:")) != -1) {
		if (c == 'C')
			confdir = optarg;
		else if (c == 'q')
			said.quiet = 1;
		else if (!dnsopt_take(c, optarg, &dns, &now, &wait_ms))
			die_usage(usage);
	}
	if (confdir == NULL)
		die_usage(usage);
	if (hostname_read(confdir, me) == -1)
		die(EXIT_TEMP, "unable to read %s/me: %m", confdir);
	read_conf(&conffile_pools, on_pool);
	read_conf(&conffile_dkim, on_record);
	resolve_setup(&dns, confdir);
	argv += optind;
	check_name();
	check_sources();
	if (*argv == NULL)
		check_signed();
	for (; *argv != NULL; argv++)
		check_domain(*argv);
	needs(said.failed);
	out_flush_plain(&said.text);
	return EXIT_OK;
}
