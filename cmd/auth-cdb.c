/* auth-cdb - check names and passwords by a table */
#include "base/clock.h"
#include "base/die.h"
#include "base/exit.h"
#include "base/fd.h"
#include "base/opt.h"
#include "chain/listen.h"
#include "conf/softtable.h"
#include "crypt/pwhash.h"
#include "sasl/authcache.h"
#include "sasl/authserver.h"
#include "sasl/hashers.h"
#include "sasl/logintable.h"
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <unistd.h>

enum {
	AUTHCACHE_S_DEFAULT = 300,
	AUTHCACHE_S_MAX = 86400,
	HASHERS_DEFAULT_MAX = 4,
	LOOK_MS = 500 /* between two looks for another table */
};

static const char usage[] = "auth-cdb [-k seconds] [-n n] logindir";

static struct softtable table;
static int had = -2; /* its state when it was told; -2: not yet */
static int damaged;  /* it was told */
static struct authserver server;
static struct hashers hashers;
static struct authcache cache = { .keep_ms = AUTHCACHE_S_DEFAULT * 1000 };
static unsigned char secret[LOGINTABLE_SECRET_LEN];

/* a question that is compared, with the hash as it was then */
struct job {
	struct hashers_question h; /* first */
	struct authserver_question *q;
	unsigned char key[DIGEST_LEN];
	char hash[PWHASH_TEXT_MAX];
	unsigned nobody : 1, off : 1;
};

/* the table */

static void
tell_table(void)
{
	int fd;

	damaged = 0;
	had = table.state;
	if (table.state == 1) {
		info("%s is in force", table.path);
		return;
	}
	fd = open(table.path, O_RDONLY | O_CLOEXEC);
	if (fd == -1)
		warn("nobody may log in: %s: %m", table.path);
	else
		close(fd);
}

static struct lookup
look(void)
{
	if (softtable_check(&table) || table.state != had)
		tell_table();
	return softtable_lookup(&table);
}

static void
tell_damaged(void)
{
	if (!damaged && table.state == 1)
		warn("%s is damaged", table.path);
	damaged = 1;
}

static unsigned
mechs(void *arg)
{
	struct lookup l = look();
	unsigned m = 1u << EXCHANGE_PLAIN | 1u << EXCHANGE_LOGIN;

	(void)arg;
	if (logintable_all_keys(&l) == 1)
		m |= 1u << EXCHANGE_SCRAM;
	return m;
}

/* who it is, in the form in which the table has it; 1, 0, -1 as of a table */
static int
find(char *name, struct logintable_entry *e)
{
	char kept[SASLNAME_LOGIN_MAX + 1];
	struct lookup l = look();
	long n = logintable_name(name, strlen(name), kept);
	int r = 0;

	memset(e, 0, sizeof *e);
	if (n != -1) {
		memcpy(name, kept, (size_t)n + 1);
		r = logintable_get(&l, name, (size_t)n, e);
	}
	if (r == -1)
		tell_damaged();
	return r;
}

/* passwords */

static void
on_compared(struct hashers_question *h, int right)
{
	struct job *j = (struct job *)h;
	struct authserver_question *q = j->q;
	enum authserver_verdict v = AUTHSERVER_WRONG;

	if (right == -1)
		v = AUTHSERVER_LATER;
	else if (right == 1 && !j->nobody)
		v = j->off ? AUTHSERVER_OFF : AUTHSERVER_RIGHT;
	if (right == 1 && !j->nobody)
		authcache_add(&cache, j->key, clock_mono_ms());
	explicit_bzero(j, sizeof *j);
	free(j);
	authserver_answer(&server, q, v);
}

static void
compare(struct authserver_question *q, const struct logintable_entry *e,
    const unsigned char *key, int nobody)
{
	struct job *j = need(calloc(1, sizeof *j));

	j->q = q;
	j->nobody = nobody;
	j->off = e->off;
	memcpy(j->key, key, DIGEST_LEN);
	memcpy(j->hash, nobody ? logintable_nobody : e->hash.p,
	    nobody ? strlen(logintable_nobody) : e->hash.n);
	j->h.hash = j->hash;
	j->h.password = q->password;
	j->h.done = on_compared;
	hashers_ask(&hashers, &j->h);
}

static void
check(void *arg, struct authserver_question *q)
{
	unsigned char key[DIGEST_LEN];
	struct logintable_entry e;
	int r = find(q->name, &e);

	(void)arg;
	if (r == -1 || q->password.n > PWHASH_PASSWORD_MAX) {
		authserver_answer(&server, q,
		    r == -1 ? AUTHSERVER_LATER : AUTHSERVER_WRONG);
		return;
	}
	authcache_key(&cache, q->name, e.hash, q->password, key);
	if (r == 1 && authcache_has(&cache, key, clock_mono_ms()))
		authserver_answer(&server, q,
		    e.off ? AUTHSERVER_OFF : AUTHSERVER_RIGHT);
	else
		compare(q, &e, key, r == 0);
}

static enum authserver_verdict
keys(void *arg, char *name, struct scram_keys *k)
{
	struct lookup l = look();
	struct logintable_entry e;
	unsigned char ours[LOGINTABLE_SECRET_LEN];
	int r = find(name, &e);

	(void)arg;
	if (r == -1)
		return AUTHSERVER_LATER;
	if (r == 1 && !e.has_keys)
		return AUTHSERVER_LATER;
	if (r == 1)
		*k = e.keys;
	else
		scram_fake(k, logintable_secret(&l, ours) == 1 ? ours : secret,
		    name, strlen(name));
	return e.off ? AUTHSERVER_OFF : AUTHSERVER_RIGHT;
}

static const struct authserver_ops ops = { mechs, check, keys };

/* the program */

static void
on_look(void *arg)
{
	static struct loop_timer t;

	authserver_changed(&server);
	loop_timer_set(&t, LOOK_MS, on_look, arg);
}

static void
on_term(void *arg)
{
	(void)arg;
	authserver_stop(&server);
	hashers_stop(&hashers);
	loop_stop();
}

static void
check_socket(void)
{
	if (!listen_is(0))
		die(EXIT_PERM, "descriptor 0 is no listening socket");
	if (fd_nonblock(0) == -1)
		die(EXIT_TEMP, "unable to use descriptor 0: %m");
}

static void
open_table(const char *dir)
{
	int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd == -1)
		die(EXIT_TEMP, "unable to open %s: %m", dir);
	close(fd);
	softtable_open(&table, dir, "passwd");
}

static unsigned
default_hashers(void)
{
	long n = sysconf(_SC_NPROCESSORS_ONLN);

	return n < 1 ? 1 : n > HASHERS_DEFAULT_MAX ? HASHERS_DEFAULT_MAX : n;
}

int
main(int argc, char **argv)
{
	static struct loop_signal term, intr;
	unsigned n = default_hashers();
	int c;

	prog_init(argv);
	while ((c = getopt(argc, argv, "+k:n:")) != -1)
		if (c == 'k')
			cache.keep_ms = 1000 *
			    (int64_t)opt_num(c, optarg, 0, AUTHCACHE_S_MAX);
		else if (c == 'n')
			n = (unsigned)opt_num(c, optarg, 1, HASHERS_MAX);
		else
			die_usage(usage);
	if (argc - optind != 1)
		die_usage(usage);
	/* no core file, no debugger of the same user */
	prctl(PR_SET_DUMPABLE, 0);
	check_socket();
	open_table(argv[optind]);
	if (getrandom(cache.secret, sizeof cache.secret, 0) == -1 ||
	    getrandom(secret, sizeof secret, 0) == -1)
		die(EXIT_TEMP, "no random bytes: %m");
	fd_limit_raise();
	hashers_init(&hashers, n);
	loop_signal_start(&term, SIGTERM, on_term, NULL);
	loop_signal_start(&intr, SIGINT, on_term, NULL);
	authserver_open(&server, 0, &ops, NULL);
	on_look(NULL);
	loop_keep(1);
	loop_run();
	return EXIT_OK;
}
