/* conf-build - the text files of a configuration into cdb files */
#include "act/act.h"
#include "base/ascii.h"
#include "base/die.h"
#include "base/exit.h"
#include "base/folder.h"
#include "base/out.h"
#include "base/zone.h"
#include "confbuild/failurecheck.h"
#include "confbuild/history.h"
#include "confbuild/maketable.h"
#include "confbuild/plainfiles.h"
#include "confbuild/replypools.h"
#include "confbuild/subjects.h"
#include "chain/event.h"
#include "conf/conffeedback.h"
#include "conf/hostname.h"
#include "conf/local.h"
#include "crypt/digest.h"
#include "failure/failurefile.h"
#include "failure/replyfile.h"
#include "queue/retry.h"
#include "route/aliasfile.h"
#include "route/pools.h"
#include "route/prohibited.h"
#include "route/routecheck.h"
#include "route/routefile.h"
#include <fcntl.h>
#include <stdlib.h>
#include <sys/file.h>
#include <unistd.h>

static const char usage[] = "conf-build [-dn] confdir [name ...] | -u confdir";
static const char *dir;
static struct conffaults faults;
static struct maketables tables;

/* checks across files */

static void
on_told(void *arg, enum routecheck_kind kind, const char *name, unsigned lineno,
    const char *text)
{
	char path[PATH_MAX];

	(void)arg;
	maketable_path(path, dir, "", name, "");
	if (kind == ROUTECHECK_FAULT)
		conffaults_fault(&faults, path, lineno, text);
	else
		conffaults_doubt(&faults, path, lineno, text);
}

static void
on_retry(void *arg, unsigned lineno, const char *text)
{
	on_told(arg, ROUTECHECK_FAULT, "retry", lineno, text);
}

static void
on_routes(void *arg, unsigned lineno, const char *text)
{
	on_told(arg, ROUTECHECK_FAULT, "routes", lineno, text);
}

static void
on_replies(void *arg, unsigned lineno, const char *text)
{
	on_told(arg, ROUTECHECK_FAULT, "replies", lineno, text);
}

/* what rules call failures by */
static void
check_failures(const struct lookup *routes)
{
	struct lookup retry = maketable_lookup(&tables, &conffile_retry),
		      replies = maketable_lookup(&tables, &conffile_replies),
		      classes = maketable_lookup(&tables, &conffile_classes);

	if (failurecheck_retry(&retry, &classes, on_retry, NULL) == -1)
		die(EXIT_TEMP, "the table of retry or of classes is damaged");
	if (failurecheck_routes(routes, &classes, on_routes, NULL) == -1)
		die(EXIT_TEMP, "the table of routes or of classes is damaged");
	if (failurecheck_replies(&replies, &classes, on_replies, NULL) == -1)
		die(EXIT_TEMP, "the table of replies or of classes is damaged");
}

/* where a reply sends mail */
static void
check_reply_pools(const struct lookup *pools)
{
	struct lookup replies = maketable_lookup(&tables, &conffile_replies);

	if (replypools(&replies, pools, on_replies, NULL) == -1)
		die(EXIT_TEMP, "the table of replies or of pools is damaged");
}

static void
check_tests(const struct routecheck *c)
{
	char path[PATH_MAX], *text;
	size_t n;

	maketable_path(path, dir, "", "tests", "");
	text = maketable_text(path, &n);
	if (text == NULL)
		return;
	needs(routecheck_tests(c, text, n));
	free(text);
}

static struct slice
slice_of(const struct buf *b)
{
	return (struct slice){ buf_data(b), buf_len(b) };
}

static void
check_all(void)
{
	struct local_default by_default;
	char me[HOSTNAME_MAX + 1];
	struct routing_conf c = { .lost = NULL };
	const struct routecheck check = { &c, on_told, NULL };

	c.routes = maketable_lookup(&tables, &conffile_routes);
	c.aliases = maketable_lookup(&tables, &conffile_aliases);
	c.pools = maketable_lookup(&tables, &conffile_pools);
	c.prohibited = maketable_lookup(&tables, &conffile_prohibited);
	c.clock = zone_clock;
	c.feedback = maketable_lookup(&tables, &conffile_feedback);
	c.local = local_by_default(&by_default,
	    hostname_read(dir, me) == 0 ? me : NULL,
	    maketable_lookup(&tables, &conffile_local));
	if (rulesearch_load(&c.loaded, &c.routes) == -1)
		die(EXIT_TEMP, "%s is damaged",
		    ((const struct maketable *)c.routes.arg)->final);
	routecheck_pools(&check);
	routecheck_sources(&check);
	needs(routecheck_rules(&check, slice_of(&tables.rules)));
	routecheck_aliases(&check, slice_of(&tables.alias_keys));
	check_failures(&c.routes);
	check_reply_pools(&c.pools);
	if (faults.faults == 0)
		check_tests(&check);
}

/* the folder, and nobody else in it */
static int
enter(void)
{
	int folder;

	/* root does there what its owner might do */
	folder = folder_settle(dir) == -1
	    ? -1
	    : open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (folder == -1)
		die(EXIT_TEMP, "unable to open %s: %m", dir);
	/* one at a time: they share the names of the temporary files */
	if (flock(folder, LOCK_EX) == -1)
		die(EXIT_TEMP, "unable to lock %s: %m", dir);
	return folder;
}

static void
choose(char *const *names)
{
	maketable_open(&tables, dir, confbuild_subjects, &faults);
	if (*names == NULL)
		maketable_want_all(&tables);
	for (; *names != NULL; names++)
		if (maketable_want(&tables, *names) == -1)
			die(EXIT_PERM, "%s is no file that is compiled",
			    *names);
}

static void
say_difference(void)
{
	struct buf out = { 0 };

	history_diff(&tables, &out);
	out_flush_plain(&out);
}

/* -d, -n, -u; or nothing but to make them */
static struct {
	int diff, check, undo;
} wish;

static void
options(int argc, char **argv)
{
	int opt;

	while ((opt = getopt(argc, argv, "+dnu")) != -1)
		switch (opt) {
		case 'd': wish.diff = wish.check = 1; break;
		case 'n': wish.check = 1; break;
		case 'u': wish.undo = 1; break;
		default: die_usage(usage);
		}
	if (optind == argc || (wish.undo && (wish.check || argc - optind > 1)))
		die_usage(usage);
}

/* which texts are in force from now on, and which were: by their digests, so
 * that they are found again wherever they are kept */
static void
put_digest(const char *label, struct slice text)
{
	unsigned char sum[DIGEST_LEN];
	char hex[2 * DIGEST_LEN];
	struct digest d;
	size_t i;

	if (text.p == NULL)
		return;
	digest_init(&d);
	digest_add(&d, text.p, text.n);
	digest_end(&d, sum);
	for (i = 0; i < DIGEST_LEN; i++)
		ascii_hex(hex + 2 * i, sum[i]);
	event_put(label, hex, sizeof hex);
}

static void
put_change(void *arg, const char *name, struct slice was, struct slice now)
{
	act_begin(arg);
	event_puts("what", name);
	put_digest("was", was);
	put_digest("now", now);
	act_end();
}

static void
log_acts(void)
{
	static char put[] = "conf", undo[] = "conf-undo";
	char instance[PATH_MAX];

	history_changes(&tables, put_change, wish.undo ? undo : put);
	act_above(instance, dir);
	act_write(instance);
}

int
main(int argc, char **argv)
{
	int folder;

	prog_init(argv);
	options(argc, argv);
	dir = argv[optind];
	choose(argv + optind + 1);
	folder = enter();
	if (wish.undo)
		history_undo(&tables);
	maketable_read(&tables);
	plainfiles_names(dir, &faults);
	plainfiles_me(dir, &faults);
	plainfiles_resolver(dir, &faults);
	plainfiles_doublebounce(dir, &faults);
	if (faults.faults == 0)
		check_all();
	conffaults_more(&faults);
	if (faults.faults > 0 && wish.undo)
		history_redo(&tables);
	if (faults.faults > 0)
		die(EXIT_PERM, "nothing was %s",
		    wish.check ? "good enough" : "replaced");
	if (wish.diff)
		say_difference();
	if (wish.check)
		return EXIT_OK;
	log_acts();
	history_keep(&tables);
	maketable_replace(&tables, folder);
	act_done();
	return EXIT_OK;
}
