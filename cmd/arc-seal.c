/* arc-seal - adds a set to the ARC chain of messages from outside */
#include "base/clock.h"
#include "base/die.h"
#include "base/exit.h"
#include "conf/conftable.h"
#include "conf/hostname.h"
#include "dkim/dkimverify.h"
#include "dns/dnsopt.h"
#include "dns/dnsrun.h"
#include "mail/authres.h"
#include "sign/arcseal.h"
#include "sign/signer.h"
#include "sign/signers.h"
#include "sign/signersfile.h"
#include "stage/stage.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char usage[] =
    "arc-seal [-a] [-A algorithm] [-C confdir] "
    "[-d domain] [-f key] [-h headers] [-K keydir] [-k table] [-n name] "
    "[-r addr[@port]] [-S selector] [-s socket] [-t unixtime] [next ...]";

static const char *confdir, *name, *domain, *selector, *key, *headers;
static const char *socket_path, *keydir, *table_path;
static enum signing_algorithm algorithm = SIGNING_RSA_SHA256;
static int64_t fixed_now = -1;
static int all;
static struct conftable table;
static struct signer signer;
static struct resolve dns = { .deadline_ms = DNSRUN_QUESTION_MS };

/* one message that is to be sealed */
struct seal {
	struct stage_parcel *p;
	struct dkimverify verify; /* of the chain that is there */
	struct arcseal_who who;
	struct arcseal set;
	struct signers_found found;
	struct dnsrun run;
	struct signer_query query;
	unsigned looking : 1, asking : 1, second : 1;
};

struct state {
	struct seal *seal;    /* NULL: it passes as it is */
	unsigned trouble : 1; /* nobody knows who would seal it */
};

/* who seals */

/* the line of the table for the first recipient; 1 there is one, 0 not, -1
 * the table is damaged */
static int
from_table(struct seal *s)
{
	struct lookup l = conftable_lookup(&table);
	struct buf to = { 0 };
	size_t n;
	int r;

	conftable_check(&table);
	stage_env(s->p, "to", &to);
	n = parcel_address(buf_data(&to), buf_len(&to));
	r = signers_find(&l, SIGNERS_FROM, buf_data(&to), n, &s->found);
	buf_free(&to);
	if (r == -1 || s->found.n == 0)
		return r;
	s->who.domain = s->found.rule[0].domain;
	s->who.selector = s->found.rule[0].selector;
	s->who.algorithm = signing_word(s->found.rule[0].algorithm);
	s->query.request.algorithm = s->found.rule[0].algorithm;
	snprintf(s->query.request.key, sizeof s->query.request.key, "%s",
	    s->found.rule[0].key);
	return 1;
}

static int
set_who(struct seal *s)
{
	s->who.id = name;
	s->who.headers = headers;
	s->who.now = fixed_now == -1 ? clock_wall_s() : fixed_now;
	if (table_path != NULL)
		return from_table(s);
	s->who.domain = domain;
	s->who.selector = selector;
	s->who.algorithm = signing_word(algorithm);
	s->query.request.algorithm = algorithm;
	snprintf(s->query.request.key, sizeof s->query.request.key, "%s", key);
	return 1;
}

/* a message */

static void
free_seal(struct stage_parcel *p)
{
	struct state *st = p->state;
	struct seal *s = st->seal;

	if (s == NULL)
		return;
	if (s->looking)
		dnsrun_cancel(&s->run);
	if (s->asking)
		signer_cancel(&s->query);
	arcseal_free(&s->set);
	signers_clear(&s->found);
	free(s);
	st->seal = NULL;
}

static int
begin(struct stage_parcel *p)
{
	struct state *st = p->state;
	struct seal *s;
	int r;

	if ((!all && stage_inside(p)) || p->long_header)
		return 0;
	st->seal = s = need(calloc(1, sizeof *s));
	s->p = p;
	r = set_who(s);
	if (r != 1) {
		st->trouble = r == -1;
		free_seal(p);
		return 0;
	}
	needs(arcseal_begin(&s->set, &s->who, buf_data(&p->header),
	    buf_len(&p->header)));
	if (s->set.plan != ARCSEAL_GO) {
		free_seal(p);
		return 0;
	}
	dkimverify_init(&s->verify, s->who.now, DKIMVERIFY_NO_DKIM);
	needs(dkimverify_header(&s->verify, buf_data(&p->header),
	    buf_len(&p->header)));
	return 1;
}

static void
body(struct stage_parcel *p, const char *t, size_t n)
{
	struct seal *s = ((struct state *)p->state)->seal;

	dkimverify_body(&s->verify, t, n);
	arcseal_body(&s->set, t, n);
}

/* a key that cannot be used is a fault of ours: temporary */
static void
on_signed(void *arg, enum signer_status status, const char *text, size_t n)
{
	struct seal *s = arg;
	struct stage_parcel *p = s->p;

	s->asking = 0;
	if (status != SIGNER_OK) {
		warn("unable to seal for %s: %s", s->who.domain, text);
		free_seal(p);
		stage_refuse(p, RECEIPT_TEMP, "4.3.5 unable to seal");
		return;
	}
	if (!s->second) {
		s->second = 1;
		needs(arcseal_seal(&s->set, text, n, s->query.request.digest));
		s->asking = 1;
		signer_ask(&signer, &s->query);
		return;
	}
	needs(arcseal_end(&s->set, text, n, &p->front));
	free_seal(p);
	stage_pass(p);
}

static void
on_verified(void *arg)
{
	struct seal *s = arg;
	struct stage_parcel *p = s->p;
	const struct dkim_arc *a = &s->verify.arc;

	s->looking = 0;
	/* a seal that says fail ends the chain for good: not because of a
	 * name server that is away */
	if (a->result == DKIM_FAIL && a->temperror) {
		warn("a chain of %u sets is not continued: %s", a->instances,
		    a->reason);
		free_seal(p);
		stage_pass(p);
		return;
	}
	needs(arcseal_message(&s->set,
	    a->result == DKIM_PASS       ? ARCSEAL_CV_PASS
		: a->result == DKIM_NONE ? ARCSEAL_CV_NONE
					 : ARCSEAL_CV_FAIL,
	    s->query.request.digest));
	s->query.done = on_signed;
	s->query.arg = s;
	s->asking = 1;
	signer_ask(&signer, &s->query);
}

DNSRUN_MACHINE(machine, dkimverify);

static void
whole(struct stage_parcel *p)
{
	const struct state *st = p->state;
	struct seal *s = st->seal;

	if (st->trouble) {
		warn("%s is missing or damaged", table_path);
		stage_refuse(p, RECEIPT_TEMP,
		    "4.3.5 unable to read the table of signatures");
		return;
	}
	if (s == NULL) {
		stage_pass(p);
		return;
	}
	dkimverify_end(&s->verify);
	s->looking = 1;
	dnsrun_start(&s->run, &dns, &machine, &s->verify, DNSRUN_DEADLINE_MS,
	    on_verified, s);
}

static const struct stage_ops ops = { sizeof(struct state), begin, body, whole,
	NULL, free_seal };

/* the start */

static int
set(int c, const char *v)
{
	switch (c) {
	case 'A': return signing_algorithm(v, strlen(v), &algorithm);
	case 'C': confdir = v; return 0;
	case 'K': keydir = v; return 0;
	case 'S': selector = v; return 0;
	case 'd': domain = v; return 0;
	case 'f': key = v; return 0;
	case 'h': headers = v; return 0;
	case 'k': table_path = v; return 0;
	case 'n': name = v; return 0;
	case 's': socket_path = v; return 0;
	}
	return dnsopt_take(c, v, &dns, &fixed_now, NULL) ? 0 : -1;
}

static void
check_options(void)
{
	const char *bad;

	if ((table_path == NULL) !=
		(domain != NULL && selector != NULL && key != NULL) ||
	    (socket_path == NULL) == (keydir == NULL))
		die_usage(usage);
	if (table_path == NULL &&
	    (!word_domain(domain, strlen(domain)) ||
		!word_domain(selector, strlen(selector)) ||
		!signing_key(key, strlen(key))))
		die(EXIT_PERM, "bad domain, selector or name of a key");
	bad = headers == NULL ? NULL : arcseal_headers_fault(headers);
	if (bad != NULL)
		die(EXIT_PERM, "bad -h %s: %s", headers, bad);
}

static void
set_up(void)
{
	static char me[HOSTNAME_MAX + 1];
	char id[AUTHRES_ID_MAX + 1];

	if (name == NULL) {
		if (hostname_read(confdir, me) == -1)
			die(EXIT_TEMP,
			    "unable to read the name of this "
			    "host: %m");
		name = me;
	}
	if (authres_id(name, strlen(name), id) != (long)strlen(name))
		die(EXIT_PERM, "not an authserv-id: %s", name);
	if (table_path != NULL &&
	    conftable_open(&table, table_path, &conffile_dkim) == -1)
		die(EXIT_TEMP, "unable to open %s: %m", table_path);
	if (confdir != NULL)
		resolve_setup(&dns, confdir);
	signer_setup(&signer, socket_path, keydir);
}

int
main(int argc, char **argv)
{
	static struct stage stage;
	int c, status;

	prog_init(argv);
	stage.ops = &ops;
	while ((c = getopt(argc, argv, "+A:C:K:S:ad:f:h:k:n:r:s:t:")) != -1)
		if (c == 'a')
			all = 1;
		else if (set(c, optarg) == -1)
			die_usage(usage);
	check_options();
	set_up();
	if (optind < argc) {
		status = stage_link(&stage, argv + optind);
	} else {
		all = 1;
		status = stage_alone(&stage, NULL);
	}
	signer_close(&signer);
	return status;
}
