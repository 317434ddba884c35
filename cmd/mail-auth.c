/* mail-auth - SPF, DKIM, ARC and DMARC of messages from outside */
#include "auth/authresult.h"
#include "auth/dmarcaction.h"
#include "auth/verdictsum.h"
#include "base/clock.h"
#include "base/die.h"
#include "base/exit.h"
#include "base/opt.h"
#include "conf/hostname.h"
#include "dns/dnsopt.h"
#include "format/envlines.h"
#include "mail/address.h"
#include "mail/authres.h"
#include "stage/stage.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { WAIT_MAX_S = 600 };

static const char usage[] =
    "mail-auth [-ap] [-C confdir] [-f mailfrom] "
    "[-h helo] [-i ip] [-n name] [-r addr[@port]] [-t unixtime] "
    "[-w seconds] [next ...]";

static struct resolve dns = { .deadline_ms = DNSRUN_QUESTION_MS };
static struct judge_conf conf = {
	.dns = &dns, .deadline_ms = DNSRUN_DEADLINE_MS, .now = -1
};
static char me[HOSTNAME_MAX + 1];
static const char *name; /* authserv-id */
static const char *confdir;
static int all;
static struct judge *spare[STAGE_PARCELS_MAX];
static unsigned n_spare;
static struct verdictsum refused;
static struct dmarcaction by_table;

/* one message */
struct mail {
	struct judge *judge;
	struct judge_who who;
	struct buf ip, sender, helo, to;
	struct buf note; /* for the event */
};

/* a message */

static struct judge *
take_judge(void)
{
	return n_spare > 0 ? spare[--n_spare]
			   : need(calloc(1, sizeof(struct judge)));
}

static void
release(struct mail *m)
{
	if (m->judge == NULL)
		return;
	if (n_spare < STAGE_PARCELS_MAX)
		spare[n_spare++] = m->judge;
	else
		free(m->judge);
	m->judge = NULL;
}

static int
begin(struct stage_parcel *p)
{
	struct mail *m = p->state;

	if ((!all && stage_inside(p)) || p->long_header)
		return 0;
	m->judge = take_judge();
	m->who.ip = stage_env_text(p, "client", &m->ip);
	m->who.sender = stage_env_text(p, "from", &m->sender);
	m->who.helo = stage_env_text(p, "helo", &m->helo);
	judge_begin(m->judge, &conf, &m->who, buf_data(&p->header),
	    buf_len(&p->header));
	return judge_needs_body(m->judge);
}

static void
body(struct stage_parcel *p, const char *s, size_t n)
{
	struct mail *m = p->state;

	if (m->judge != NULL)
		judge_body(m->judge, s, n);
}

/* lines by which the way of a message that failed is another one */
static void
mark(struct stage_parcel *p, const struct authresult_end *end,
    enum auth_action a, unsigned hold_s)
{
	char t[32];

	if (a != AUTH_TAG && a != AUTH_HOLD)
		return;
	snprintf(t, sizeof t, "dmarc=%s",
	    end->policy == DMARC_P_NONE ? "permerror"
					: dmarc_policy_word(end->policy));
	needs(parcel_puts(&p->env, "tag", t));
	if (a == AUTH_TAG)
		return;
	snprintf(t, sizeof t, "%lld", (long long)clock_wall_s() + hold_s);
	needs(envlines_set(&p->env, "hold-until", t, strlen(t)));
}

/* why it is refused */
static void
refusal(char *t, size_t size, const struct judge *j,
    const struct authresult_end *end)
{
	if (j->author.how == AUTHOR_FOUND)
		snprintf(t, size,
		    "5.7.1 this is not from %s, which "
		    "asks to reject such mail (DMARC)",
		    end->domain);
	else if (*end->domain != '\0')
		snprintf(t, size,
		    "5.7.1 %s, and %s asks to reject what is "
		    "not its own (DMARC)",
		    author_text(j->author.how), end->domain);
	else
		snprintf(t, size, "5.7.1 %s (DMARC)",
		    author_text(j->author.how));
}

static void
on_judged(void *arg)
{
	struct stage_parcel *p = arg;
	struct mail *m = p->state;
	struct authresult_end end;
	unsigned hold_s;
	enum auth_action a =
	    dmarcaction_decide(&by_table, m->judge, &end, &hold_s);
	char text[DNSQ_NAME_MAX + 100];
	const char *to = stage_env_text(p, "to", &m->to);

	if (to != NULL)
		buf_data(&m->to)[parcel_address(to, strlen(to))] = '\0';
	authresult_note(&m->note, m->judge, &m->who, to, &end);
	if (a == AUTH_REJECT) {
		verdictsum_refused(&refused, &m->note);
		refusal(text, sizeof text, m->judge, &end);
		release(m);
		stage_refuse(p, RECEIPT_PERM, text);
		return;
	}
	needs(authresult_field(&p->front, name, m->judge, &m->who, &end));
	authresult_lines(&p->env, m->judge);
	mark(p, &end, a, hold_s);
	release(m);
	if (authres_remove(&p->header, name) > 0)
		p->changed = 1;
	stage_pass(p);
}

static void
whole(struct stage_parcel *p)
{
	struct mail *m = p->state;

	if (m->judge != NULL)
		judge_whole(m->judge, on_judged, p);
	else if (p->long_header && (all || !stage_inside(p)))
		/* what stands behind its first part could be fields in our
		 * name */
		stage_refuse(p, RECEIPT_PERM, "5.6.0 header too long");
	else
		stage_pass(p);
}

static void
receipt(struct stage_parcel *p, enum receipt_kind kind, const char *text,
    size_t n)
{
	struct mail *m = p->state;

	if (kind == RECEIPT_OK && buf_len(&m->note) > 0)
		authresult_log(&m->note, text, n);
}

static void
forget(struct stage_parcel *p)
{
	struct mail *m = p->state;

	if (m->judge != NULL)
		judge_cancel(m->judge);
	release(m);
	buf_free(&m->ip);
	buf_free(&m->sender);
	buf_free(&m->helo);
	buf_free(&m->to);
	buf_free(&m->note);
}

static const struct stage_ops ops = { sizeof(struct mail), begin, body, whole,
	receipt, forget };

/* the start */

/* for one message: its envelope; returns the index behind the options */
static int
options(int argc, char **argv, struct buf *alone)
{
	int c;

	while ((c = getopt(argc, argv, "+C:af:h:i:n:pr:t:w:")) != -1)
		if (c == 'a')
			all = 1;
		else if (c == 'p')
			conf.suffix_list = 1;
		else if (c == 'C')
			confdir = optarg;
		else if (c == 'f')
			needs(parcel_puts(alone, "from", address_bare(optarg)));
		else if (c == 'h')
			needs(parcel_puts(alone, "helo", optarg));
		else if (c == 'i')
			needs(parcel_puts(alone, "client", optarg));
		else if (c == 'n')
			name = optarg;
		else if (c == 'w')
			conf.deadline_ms =
			    1000 * (int64_t)opt_num(c, optarg, 1, WAIT_MAX_S);
		else if (!dnsopt_take(c, optarg, &dns, &conf.now, NULL))
			die_usage(usage);
	if (optind < argc && buf_len(alone) > 0)
		die_usage(usage);
	return optind;
}

static void
read_names(void)
{
	char id[AUTHRES_ID_MAX + 1];

	if (hostname_read(confdir, me) == -1)
		die(EXIT_TEMP, "unable to read the name of this host: %m");
	conf.me = me;
	if (name == NULL)
		name = me;
	if (authres_id(name, strlen(name), id) != (long)strlen(name))
		die(EXIT_PERM, "not an authserv-id: %s", name);
}

int
main(int argc, char **argv)
{
	static struct stage stage;
	static struct buf alone;
	int next, status;

	prog_init(argv);
	stage.ops = &ops;
	next = options(argc, argv, &alone);
	read_names();
	if (confdir != NULL) {
		resolve_setup(&dns, confdir);
		dmarcaction_open(&by_table, confdir);
	}
	if (next < argc) {
		status = stage_link(&stage, argv + next);
		verdictsum_end(&refused);
		return status;
	}
	all = 1;
	return stage_alone(&stage, &alone);
}
