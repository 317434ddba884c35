/*
 * drop-take - hand in what sendmail left while no service took it
 *
 * The files belong to strangers, who may do with them, and in their folder,
 * what they like: lib/sendmail/drop reads them.
 */
#include "accept/acceptroom.h"
#include "base/clock.h"
#include "base/die.h"
#include "base/exit.h"
#include "base/fd.h"
#include "base/random.h"
#include "base/spawn.h"
#include "bounce/returned.h"
#include "chain/receipt.h"
#include "conf/hostname.h"
#include "sendmail/dropreturn.h"
#include "sendmail/localuser.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static const char usage[] = "drop-take [-C confdir] [-q SOCKET] DROP next...";

enum {
	LOOK_MS = 1000,        /* between two looks */
	AWAIT_MS = 300000,     /* for a receipt */
	BACKOFF_MAX_MS = 8000, /* while the next link is not there */
	REMOVE_AGAIN_MS = 1000,
	SHARE_MAX = 20,         /* files of one user in a round, */
	SHARE_BYTES = 16 << 20, /* and so much of them; one more begins */
	USERS_MAX = 500,        /* users in a round */
	BAD_MAX = 1000          /* files that are set aside */
};

struct entry {
	char name[DROP_NAME_MAX];
	uid_t uid;
};

static char *drop, **next, me[HOSTNAME_MAX + 1];
static const char *limits_at; /* of accept-limit; NULL: nothing is limited */
static int new_dir, bad_dir, to = -1, from = -1;
static pid_t pid;
static sigset_t term; /* blocked: it waits until a message is done */
static int stop;

static struct entry list[SHARE_MAX * USERS_MAX];
static struct user {
	uid_t uid;
	unsigned n, seen; /* files in list, and in all */
	unsigned later;   /* the others wait for the next round */
	uint64_t bytes;   /* of what was taken in this one */
} users[USERS_MAX];
static unsigned n_list, n_users;

static int
stopping(void)
{
	sigset_t s;

	if (sigpending(&s) == 0 && sigismember(&s, SIGTERM))
		stop = 1;
	return stop;
}

static void
rest(int64_t ms)
{
	struct timespec t = { ms / 1000, ms % 1000 * 1000000 };

	if (sigtimedwait(&term, NULL, &t) == SIGTERM)
		stop = 1;
}

/* the next link */

static void
hang_up(void)
{
	if (to == -1)
		return;
	close(to);
	close(from);
	to = from = -1;
	if (pid > 0)
		spawn_end(pid, LOOK_MS);
}

static int
link_up(void)
{
	if (to != -1)
		return 0;
	pid = spawn_next(next, &to, &from);
	if (pid == -1) {
		warn("unable to run %s: %m", next[0]);
		to = from = -1;
		return -1;
	}
	return fd_block(to);
}

static int
put_file(const struct drop_parcel *d)
{
	static char block[DROP_READ];
	uint64_t at = 0;
	ssize_t n;

	for (; at < d->filed; at += n) {
		n = d->filed - at < sizeof block ? d->filed - at : sizeof block;
		n = pread(d->fd, block, n, at);
		if (n <= 0 || fd_write_all(to, block, n) == -1)
			return -1;
	}
	return 0;
}

/* 0, and what became of it; -1: the next link is of no more use */
static int
hand_in(const struct drop_parcel *d, struct receipt *t)
{
	struct buf head = { 0 };
	int r;

	if (link_up() == -1)
		return -1;
	r = parcel_head(&head, &d->env, buf_len(&d->text) + d->filed);
	if (r == -1)
		die(EXIT_TEMP, "out of memory");
	if (fd_write_all(to, buf_data(&head), buf_len(&head)) == -1 ||
	    fd_write_all(to, buf_data(&d->text), buf_len(&d->text)) == -1 ||
	    put_file(d) == -1 || fd_write_all(to, ",", 1) == -1 ||
	    receipt_await(t, from, AWAIT_MS) != RECEIPT_CAME) {
		warn("%s has not taken a message", next[0]);
		hang_up();
		r = -1;
	}
	buf_free(&head);
	return r;
}

/* files */

static unsigned
count_bad(void)
{
	int fd = openat(bad_dir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *d = fd == -1 ? NULL : fdopendir(fd);
	unsigned n = 0;

	while (d != NULL && readdir(d) != NULL)
		n++;
	if (d != NULL)
		closedir(d);
	return n < 2 ? 0 : n - 2;
}

/* what cannot be handed in is kept for people, as long as it is not much */
static int
bad_full(void)
{
	static int said;

	if (count_bad() < BAD_MAX) {
		said = 0;
		return 0;
	}
	if (!said)
		warn("%s/bad is full: what cannot be handed in stays", drop);
	said = 1;
	return 1;
}

static void
say_aside(const struct entry *e, const char *why)
{
	warn("set aside bad/%s of uid %lu: %s", e->name, (unsigned long)e->uid,
	    why);
}

static void
set_aside(const struct entry *e, const char *why)
{
	if (bad_full())
		return;
	if (renameat(new_dir, e->name, bad_dir, e->name) == -1)
		warn("unable to set aside %s: %m", e->name);
	else
		say_aside(e, why);
}

static int
is_folder(int dir, const char *name)
{
	struct stat st;

	return fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
	    S_ISDIR(st.st_mode);
}

/* it has been handed in, or its sender knows: once more would be one too
 * many.  Its owner may have put a folder there meanwhile, or one into bad
 * before: that holds up nobody */
static void
settle(const char *name, int aside)
{
	aside = aside && !is_folder(bad_dir, name);
	while ((aside ? renameat(new_dir, name, bad_dir, name)
		      : unlinkat(new_dir, name, 0)) == -1 &&
	    errno != ENOENT) {
		if (is_folder(new_dir, name))
			return;
		warn("unable to remove %s/new/%s: %m", drop, name);
		if (stop)
			return;
		rest(REMOVE_AGAIN_MS);
	}
}

static struct user *
owner(const struct entry *e)
{
	unsigned i;

	for (i = 0; users[i].uid != e->uid; i++)
		;
	return &users[i];
}

/* what nobody will ever take */

/* a file's owner, as an address; NULL: he has no name */
static const char *
address_of(uid_t uid)
{
	static char out[ENVELOPE_ADDRESS_ROOM];
	struct passwd *pw = getpwuid(uid);

	if (pw == NULL || pw->pw_name[0] == '\0')
		return NULL;
	localuser_address(out, pw->pw_name, me);
	return out;
}

static enum dropreturn_verdict
make_report(const struct entry *e, const struct drop_parcel *d, const char *why,
    struct drop_parcel *report)
{
	char name[RETURNED_NAME_LEN + 1];
	struct dropreturn r = { .me = me,
		.why = why,
		.name = name,
		.owner = address_of(d->uid),
		.now = clock_wall_s(),
		.arrival = strtoll(e->name, NULL, 10) };
	enum dropreturn_verdict v;

	if (random_hex(name, RETURNED_NAME_LEN) == -1)
		die(EXIT_TEMP, "no random bytes: %m");
	v = dropreturn_make(&r, d, report);
	if (v == DROPRETURN_MEMORY)
		die(EXIT_TEMP, "out of memory");
	return v;
}

/* keep: for people, as the report does not have all of it.  0, or -1: the
 * next link is of no more use */
static int
give_back(const struct entry *e, const struct drop_parcel *d, const char *why,
    int keep)
{
	struct drop_parcel report = { .fd = -1 };
	struct receipt t = { .kind = RECEIPT_PERM };
	int r = 0;

	if (keep && bad_full())
		return 0;
	if (make_report(e, d, why, &report) == DROPRETURN_MADE)
		r = hand_in(&report, &t);
	drop_free(&report);
	if (r == -1)
		return -1;
	if (t.kind == RECEIPT_TEMP) {
		warn("not taken now: %.*s", (int)t.len, t.text);
		owner(e)->later = 1;
	} else if (t.kind == RECEIPT_PERM) {
		set_aside(e, why);
	} else {
		settle(e->name, keep);
		if (keep)
			say_aside(e, why);
		info("uid %lu: returned as %.*s: %s", (unsigned long)e->uid,
		    (int)t.len, t.text, why);
	}
	return 0;
}

/* hand in what is within the limits on what comes in; 0, and what became of it, or
 * -1: nothing can be handed in now */
static int
hand_in_limited(const struct drop_parcel *d, struct receipt *t)
{
	static struct acceptroom room;
	enum acceptroom_verdict v;
	int r = 0;

	if (limits_at == NULL)
		return hand_in(d, t);
	v = acceptroom_ask(&room, limits_at, &d->env,
	    buf_len(&d->text) + d->filed);
	if (v == ACCEPTROOM_YES) {
		r = hand_in(d, t);
		acceptroom_tell(&room, limits_at,
		    r == 0 && receipt_is_new(t->kind, t->text, t->len));
	} else {
		t->kind = v == ACCEPTROOM_NO ? RECEIPT_PERM : RECEIPT_TEMP;
		t->text = room.text;
		t->len = strlen(room.text);
	}
	acceptroom_close(&room);
	return r;
}

/* what became of it; 0, or -1: nothing can be handed in now */
static int
taken(const struct entry *e, const struct drop_parcel *d,
    const struct receipt *t)
{
	char why[RECEIPT_MAX];

	if (t->kind == RECEIPT_OK) {
		info("uid %lu: queued as %.*s", (unsigned long)d->uid,
		    (int)t->len, t->text);
		settle(e->name, 0);
	} else if (t->kind == RECEIPT_TEMP) {
		/* it need not be the message, but may */
		warn("not taken now: %.*s", (int)t->len, t->text);
		owner(e)->later = 1;
	} else {
		snprintf(why, sizeof why, "%.*s", (int)t->len, t->text);
		return give_back(e, d, why, 0);
	}
	return 0;
}

/* 0, or -1: nothing can be handed in now */
static int
take(const struct entry *e)
{
	struct drop_parcel d = { .fd = -1 };
	struct receipt t;
	char path[4096];
	int r = 0;

	snprintf(path, sizeof path, "%s/bad", drop);
	switch (drop_read(&d, new_dir, e->name, path)) {
	case DROP_FAULT:
		/* by a link or the like somebody would speak for another */
		if (d.own)
			r = give_back(e, &d, d.fault, 1);
		else
			set_aside(e, d.fault);
		break;
	case DROP_TROUBLE:
		if (errno != ENOENT)
			warn("unable to read %s: %m", e->name);
		break;
	case DROP_OK:
		owner(e)->bytes += buf_len(&d.text) + d.filed;
		owner(e)->later |= owner(e)->bytes >= SHARE_BYTES;
		r = hand_in_limited(&d, &t);
		if (r == 0)
			r = taken(e, &d, &t);
	}
	drop_free(&d);
	return r;
}

/* a look */

/* each user has a share, by chance where he has more */
static void
remember(const char *name, uid_t uid)
{
	struct entry *e = NULL;
	unsigned i, at;

	for (i = 0; i < n_users && users[i].uid != uid; i++)
		;
	if (i == USERS_MAX)
		return;
	if (i == n_users) {
		memset(&users[n_users++], 0, sizeof users[0]);
		users[i].uid = uid;
	}
	users[i].seen++;
	if (users[i].n < SHARE_MAX) {
		users[i].n++;
		e = &list[n_list++];
	} else if ((at = random() % users[i].seen) < SHARE_MAX) {
		for (e = list; e->uid != uid || at-- > 0; e++)
			;
	}
	if (e == NULL)
		return;
	snprintf(e->name, sizeof e->name, "%.*s", DROP_NAME_MAX - 1, name);
	e->uid = uid;
}

static void
look_at(const char *name)
{
	enum drop_kind kind = drop_kind(name);
	struct stat st;

	if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0 ||
	    fstatat(new_dir, name, &st, AT_SYMLINK_NOFOLLOW) == -1)
		return;
	if (kind == DROP_READY && !S_ISDIR(st.st_mode)) {
		remember(name, st.st_uid);
		return;
	}
	if (kind == DROP_WRITING && S_ISREG(st.st_mode) &&
	    clock_wall_s() - clock_file_s(st.st_mtime) < DROP_STALE_S)
		return;
	/* sendmail makes no such thing, or was killed over it */
	unlinkat(new_dir, name, S_ISDIR(st.st_mode) ? AT_REMOVEDIR : 0);
}

static int
by_name(const void *a, const void *b)
{
	return strcmp(((const struct entry *)a)->name,
	    ((const struct entry *)b)->name);
}

static void
look(void)
{
	int fd = openat(new_dir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *d = fd == -1 ? NULL : fdopendir(fd);
	struct dirent *e;

	if (d == NULL)
		die(EXIT_TEMP, "unable to read %s/new: %m", drop);
	n_list = n_users = 0;
	while ((e = readdir(d)) != NULL)
		look_at(e->d_name);
	closedir(d);
	qsort(list, n_list, sizeof *list, by_name);
}

/* 0, or -1: nothing can be handed in now */
static int
round_of_all(void)
{
	unsigned i;
	int r = 0;

	look();
	for (i = 0; i < n_list && r == 0 && !stopping(); i++)
		if (!owner(&list[i])->later)
			r = take(&list[i]);
	hang_up();
	return r;
}

static int
open_dir(const char *name)
{
	char path[4096];
	int fd;

	snprintf(path, sizeof path, "%s/%s", drop, name);
	fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd == -1)
		die(EXIT_TEMP, "unable to open %s: %m", path);
	return fd;
}

int
main(int argc, char **argv)
{
	int64_t wait_ms = LOOK_MS, began, took;
	const char *dir = NULL;
	int c;

	prog_init(argv);
	while ((c = getopt(argc, argv, "+C:q:")) == 'C' || c == 'q')
		*(c == 'C' ? &dir : &limits_at) = optarg;
	if (c != -1 || argc - optind < 2)
		die_usage(usage);
	if (hostname_read(dir, me) == -1)
		die(EXIT_TEMP, "unable to read %s/me: %m",
		    dir == NULL ? "the system's" : dir);
	drop = argv[optind];
	next = argv + optind + 1;
	sigemptyset(&term);
	sigaddset(&term, SIGTERM);
	sigprocmask(SIG_BLOCK, &term, NULL);
	new_dir = open_dir("new");
	bad_dir = open_dir("bad");
	while (!stopping()) {
		began = clock_mono_ms();
		if (round_of_all() == 0)
			wait_ms = LOOK_MS;
		else if (wait_ms < BACKOFF_MAX_MS)
			wait_ms *= 2;
		/* one who leaves much costs time, but not all of it */
		took = clock_mono_ms() - began;
		if (!stopping())
			rest(took > wait_ms ? took : wait_ms);
	}
	return EXIT_OK;
}
