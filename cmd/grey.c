/* grey - who comes for the first time is asked to come again */
#include "base/clock.h"
#include "base/die.h"
#include "base/exit.h"
#include "base/folder.h"
#include "base/opt.h"
#include "base/out.h"
#include "chain/event.h"
#include "grey/greyjudge.h"
#include "grey/greypolicy.h"
#include "stage/stage.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

static const char usage[] =
    "grey [-dps] [-C CONFDIR] [-w WAIT] [-W WINDOW] "
    "[-l LIFETIME] [-k N] [-4 BITS] [-6 BITS] [-t UNIXTIME] STATEDIR "
    "[next...]";

enum {
	GREY_WAIT_DEFAULT_S = 300,
	GREY_WINDOW_DEFAULT_S = 172800,
	GREY_LIFETIME_DEFAULT_S = 3024000,
	GREY_TIME_MAX_S = 31622400, /* of each of the three */
	GREY_KNOWN_DEFAULT = 5,
	GREY_KNOWN_MAX = 1000000
};

static struct greylist_conf conf = { GREY_WAIT_DEFAULT_S, GREY_WINDOW_DEFAULT_S,
	GREY_LIFETIME_DEFAULT_S, GREY_KNOWN_DEFAULT };
static struct greyjudge grey = { .keys = { 24, 64, 0 } };
static uint64_t clock_s; /* -t */
static int policy;       /* -p */

static int64_t
now(void)
{
	return clock_s > 0 ? (int64_t)clock_s : clock_wall_s();
}

/* parcels */

static void
log_field(const struct stage_parcel *p, const char *key)
{
	static struct buf v;
	const char *at = NULL;

	if (greyjudge_next(&p->env, key, &at, &v))
		event_put(key, buf_data(&v), buf_len(&v));
}

/* the recipient if there is just one, and how many there are */
static void
log_recipients(const struct stage_parcel *p)
{
	static struct buf v;
	const char *at = NULL;
	uint64_t n = 0;

	while (greyjudge_next(&p->env, "to", &at, &v))
		n++;
	if (n == 1) {
		at = NULL;
		greyjudge_next(&p->env, "to", &at, &v);
		event_put("to", buf_data(&v), buf_len(&v));
	}
	event_num("rcpts", n);
}

static void
log_verdict(const struct stage_parcel *p, const char *id, size_t n)
{
	const struct greyjudge_verdict *j = p->state;

	event_begin("verdict");
	event_puts("source", "grey");
	event_puts("verdict", greyjudge_word(j->what));
	if (id != NULL)
		event_put("id", id, n);
	log_field(p, "client");
	event_put("net", j->key.text, j->key.who_len);
	log_field(p, "from");
	log_recipients(p);
	if (j->what == GREYJUDGE_PASSED)
		event_num("delay", (uint64_t)j->seconds);
	if (j->what == GREYJUDGE_DELAYED)
		event_num("wait", (uint64_t)j->seconds);
	event_end();
}

static void
whole(struct stage_parcel *p)
{
	struct greyjudge_verdict *j = p->state;
	char t[80];

	greyjudge(&grey, &p->env, now(), j);
	if (j->what != GREYJUDGE_DELAYED) {
		stage_pass(p);
		return;
	}
	if (stage_tells(p, 450))
		log_verdict(p, NULL, 0);
	snprintf(t, sizeof t, "4.7.1 greylisted, try again in %lld seconds",
	    (long long)j->seconds);
	stage_refuse(p, RECEIPT_TEMP, t);
}

static void
receipt(struct stage_parcel *p, enum receipt_kind kind, const char *text,
    size_t n)
{
	const struct greyjudge_verdict *j = p->state;

	if (j->what != GREYJUDGE_PASS)
		log_verdict(p, kind == RECEIPT_OK ? text : NULL, n);
}

static const struct stage_ops ops = { .state_size =
					  sizeof(struct greyjudge_verdict),
	.whole = whole,
	.receipt = receipt };

/* the statistics */

static int
show(void)
{
	struct greylist *l = &grey.list;
	const struct greylist_sums *s = &l->sums;
	struct buf b = { 0 };

	greylist_expire(l, now());
	needs(buf_printf(&b,
	    "since\t%lld\n"
	    "waiting\t%zu\npassed\t%zu\nnetworks\t%zu\nknown\t%zu\n"
	    "delayed\t%llu\nearly\t%llu\nretried\t%llu\nagain\t%llu\n"
	    "by-network\t%llu\nlost\t%llu\ndropped\t%llu\n"
	    "average-delay\t%llu\n",
	    (long long)s->since, l->list[GREYLIST_WAITS].n,
	    l->list[GREYLIST_PASSED].n, l->list[GREYLIST_HOST].n,
	    greylist_known(l, now()), (unsigned long long)s->first,
	    (unsigned long long)s->early, (unsigned long long)s->retried,
	    (unsigned long long)s->again, (unsigned long long)s->known,
	    (unsigned long long)s->lost, (unsigned long long)s->dropped,
	    (unsigned long long)(s->retried == 0 ? 0
						 : s->delay_s / s->retried)));
	out_flush_plain(&b);
	return EXIT_OK;
}

static int64_t
span_s(int option, const char *text)
{
	return (int64_t)opt_span(option, text, 0, GREY_TIME_MAX_S);
}

static void
open_table(const char *confdir)
{
	static char path[4096];

	if (snprintf(path, sizeof path, "%s/grey.cdb", confdir) >=
	    (int)sizeof path)
		die(EXIT_PERM, "%s: the name is too long", confdir);
	if (table_open(&grey.table, path) == -1 && errno != ENOENT)
		die(EXIT_TEMP, "unable to open %s: %m", path);
}

/* 1: -s */
static int
options(int argc, char **argv)
{
	int c, statistics = 0;

	while ((c = getopt(argc, argv, "+dpsC:w:W:l:k:4:6:t:")) != -1)
		switch (c) {
		case 'd': grey.keys.domain = 1; break;
		case 'p': policy = 1; break;
		case 's': statistics = 1; break;
		case 'C': open_table(optarg); break;
		case 'w': conf.wait_s = span_s(c, optarg); break;
		case 'W': conf.window_s = span_s(c, optarg); break;
		case 'l': conf.lifetime_s = span_s(c, optarg); break;
		case 'k':
			conf.known = opt_num(c, optarg, 0, GREY_KNOWN_MAX);
			break;
		case '4':
			grey.keys.bits4 = (unsigned)opt_num(c, optarg, 0, 32);
			break;
		case '6':
			grey.keys.bits6 = (unsigned)opt_num(c, optarg, 0, 128);
			break;
		case 't':
			clock_s = (uint64_t)opt_time(c, optarg, 1, UINT32_MAX);
			break;
		default: die_usage(usage);
		}
	return statistics;
}

/* root goes on as the owner of the folder, or of the one where it is made */
static int
settle(char *dir)
{
	size_t n = strlen(dir);

	while (n > 1 && dir[n - 1] == '/')
		dir[--n] = '\0';
	if (folder_settle(dir) == 0)
		return 0;
	return errno == ENOENT ? folder_settle_of(dir) : -1;
}

int
main(int argc, char **argv)
{
	static struct stage stage;
	uint64_t seed;
	int statistics;

	prog_init(argv);
	stage.ops = &ops;
	statistics = options(argc, argv);
	argv += optind;
	if (argv[0] == NULL || (statistics || policy) != (argv[1] == NULL) ||
	    (statistics && policy) || conf.window_s < conf.wait_s)
		die_usage(usage);
	grey.dir = argv[0];
	if (getrandom(&seed, sizeof seed, 0) != sizeof seed)
		die(EXIT_TEMP, "no random bytes: %m");
	greylist_init(&grey.list, &conf, seed);
	if (settle(argv[0]) == -1 ||
	    greyfile_open(&grey.journal, argv[0], &grey.list, statistics) == -1)
		die(EXIT_TEMP, "unable to open %s: %m", argv[0]);
	if (statistics)
		return show();
	greyjudge_tell(&grey);
	if (policy)
		return greypolicy_run(&grey, now);
	return stage_link(&stage, argv + 1);
}
