#include "sign/keyrotate.h"
#include "act/act.h"
#include "base/clock.h"
#include "base/die.h"
#include "base/exit.h"
#include "base/fd.h"
#include "base/folder.h"
#include "base/keyfile.h"
#include "base/num.h"
#include "base/spawn.h"
#include "sign/keycache.h"
#include "sign/keycheck.h"
#include "sign/signersedit.h"
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { PATH_ROOM = 4096, TEXT_BYTES = 64 << 20, SUFFIXES = 26 };

enum step { IDLE, PUBLISH, OVERLAP };
static const char *const steps[] = { "idle", "publish", "overlap" };

struct state {
	enum step step;
	char old[WORD_DOMAIN_MAX + 1], new[WORD_DOMAIN_MAX + 1];
	char old_key[SIGNING_KEY_MAX + 1];
	uint64_t since;
};

/* whose files */

/* what is done with keys is done as who they belong to */
static void
as_keys(const struct keyrotate *k)
{
	int fd = folder_open(k->keydir);

	if (fd == -1 || folder_enter(fd) == -1)
		die(EXIT_TEMP, "unable to open %s: %m", k->keydir);
	close(fd);
}

/* the lines are ours */
static void
as_ourselves(void)
{
	folder_leave();
}

/* names */

static void __attribute__((format(printf, 2, 3)))
name(char *out, const char *fmt, ...)
{
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(out, PATH_ROOM, fmt, ap);
	va_end(ap);
	if (n >= PATH_ROOM)
		die(EXIT_PERM, "name too long: %s", out);
}

static void
key_path(const struct keyrotate *k, const char *selector, char *out)
{
	name(out, "%s/%s/%s.pem", k->keydir, k->domain, selector);
}

void
keyrotate_log(const char *act, const char *keydir, const char *domain,
    const char *selector)
{
	char what[PATH_ROOM], instance[PATH_MAX];

	name(what, "%s/%s", domain, selector);
	act_above(instance, keydir);
	act_say(instance, act, what);
}

/* in between, with our own rights */
static void
log_act(const struct keyrotate *k, const char *act, const char *selector)
{
	as_ourselves();
	keyrotate_log(act, k->keydir, k->domain, selector);
	as_keys(k);
}

struct privkey *
keyrotate_make(const char *keydir, const char *domain, const char *selector,
    enum privkey_kind kind, unsigned bits, gid_t gid)
{
	char path[PATH_ROOM];
	struct privkey *k;
	struct buf text = { 0 };

	name(path, "%s/%s", keydir, domain);
	if (keyfile_folder(path, gid == (gid_t)-1 ? 0700 : 0750, gid) == -1)
		die(EXIT_TEMP, "unable to make %s: %m", path);
	name(path, "%s/%s/%s.pem", keydir, domain, selector);
	if (access(path, F_OK) == 0)
		die(EXIT_PERM, "there is a key already: %s", path);
	k = privkey_make(kind, bits);
	if (k == NULL || privkey_text(&text, k) == -1)
		die(EXIT_TEMP, "unable to make a key");
	if (keyfile_make(path, &text, keyrotate_mode(gid), gid) == -1) {
		privkey_wipe(&text);
		die(errno == EEXIST ? EXIT_PERM : EXIT_TEMP,
		    "unable to make %s: %m", path);
	}
	privkey_wipe(&text);
	return k;
}

/* the state */

static void
state_path(const struct keyrotate *k, char *out)
{
	name(out, "%s/%s/rotate-%s", k->keydir, k->domain,
	    signing_word(k->algorithm));
}

static int
scan_state(struct state *s, char *line)
{
	char *word[5], *save = NULL;
	int i;

	for (i = 0; i < 5; i++) {
		word[i] = strtok_r(i == 0 ? line : NULL, " \n", &save);
		if (word[i] == NULL)
			return -1;
	}
	for (s->step = PUBLISH; strcmp(word[0], steps[s->step]) != 0; s->step++)
		if (s->step == OVERLAP)
			return -1;
	if (strlen(word[1]) >= sizeof s->old ||
	    strlen(word[2]) >= sizeof s->new ||
	    num_scans(word[3], 0, INT64_MAX / 2, &s->since) == -1 ||
	    !signing_key(word[4], strlen(word[4])))
		return -1;
	memcpy(s->old, word[1], strlen(word[1]) + 1);
	memcpy(s->new, word[2], strlen(word[2]) + 1);
	memcpy(s->old_key, word[4], strlen(word[4]) + 1);
	return 0;
}

static void
read_state(const struct keyrotate *k, struct state *s)
{
	char path[PATH_ROOM], *text;
	size_t n;

	memset(s, 0, sizeof *s);
	state_path(k, path);
	if (fd_slurp(path, 4096, &text, &n) == -1) {
		if (errno == ENOENT)
			return;
		die(EXIT_TEMP, "unable to read %s: %m", path);
	}
	if (scan_state(s, text) == -1)
		die(EXIT_TEMP, "%s is damaged", path);
	free(text);
}

static void
write_state(const struct keyrotate *k, const struct state *s)
{
	char path[PATH_ROOM];
	struct buf b = { 0 };

	state_path(k, path);
	needs(buf_printf(&b, "%s %s %s %llu %s\n", steps[s->step], s->old,
	    s->new, (unsigned long long)s->since, s->old_key));
	if (keyfile_replace(path, &b) == -1)
		die(EXIT_TEMP, "unable to write %s: %m", path);
	buf_free(&b);
}

/* the lines of dkim */

static char *
read_dkim(const struct keyrotate *k, char *path, size_t *n)
{
	char *text;

	name(path, "%s/dkim", k->confdir);
	if (fd_slurp(path, TEXT_BYTES, &text, n) == -1)
		die(EXIT_TEMP, "unable to read %s: %m", path);
	return text;
}

static void
build(const struct keyrotate *k)
{
	char *argv[] = { "conf-build", (char *)k->confdir, "dkim", NULL };
	struct spawn s = { .argv = argv, .fd = { 0, 1, 2 } };
	pid_t pid = spawn_start(&s);
	int st = -1;

	if (pid == -1)
		die(EXIT_TEMP, "unable to run conf-build: %m");
	spawn_wait(pid, &st);
	if (!WIFEXITED(st) || WEXITSTATUS(st) != 0)
		die(EXIT_TEMP,
		    "conf-build has failed: the new lines are not "
		    "in force yet");
}

/* conf-build takes this lock, too; it is gone before that runs */
static void
switch_lines(const struct keyrotate *k, const struct state *s)
{
	struct signersedit_key new;
	char path[PATH_ROOM], *text;
	struct buf out = { 0 };
	size_t n;
	long lines;
	int dir = open(k->confdir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (dir == -1 || flock(dir, LOCK_EX) == -1 || folder_enter(dir) == -1)
		die(EXIT_TEMP, "unable to lock %s: %m", k->confdir);
	text = read_dkim(k, path, &n);
	snprintf(new.selector, sizeof new.selector, "%s", s->new);
	if (snprintf(new.key, sizeof new.key, "%s/%s.pem", k->domain, s->new) >=
	    (int)sizeof new.key)
		die(EXIT_PERM, "name too long: %s", k->domain);
	lines = signersedit_switch(&out, text, n, k->domain, k->algorithm,
	    s->old, &new);
	needs((int)lines);
	/* none: done by a step that was interrupted, unless by nobody */
	if (lines == 0 &&
	    !signersedit_only(text, n, k->domain, k->algorithm, s->new))
		die(EXIT_TEMP, "%s has no line for %s with selector %s", path,
		    k->domain, s->old);
	if (lines > 0 && keyfile_replace(path, &out) == -1)
		die(EXIT_TEMP, "unable to write %s: %m", path);
	folder_leave();
	buf_free(&out);
	free(text);
	close(dir);
}

/* the steps */

static void
put_record(struct buf *out, const struct keyrotate *k, const char *selector,
    const struct privkey *key)
{
	struct buf text = { 0 };

	needs(key == NULL ? dkimrecord_put(&text, k->algorithm, NULL, 0)
			  : keycheck_record(&text, key));
	needs(dkimrecord_zone(out, selector, k->domain, buf_data(&text),
	    buf_len(&text)));
	buf_free(&text);
}

/* a letter for the algorithm and the day; a letter behind it when taken */
static void
next_selector(const struct keyrotate *k, char *out, size_t cap)
{
	char path[PATH_ROOM], day[16];
	time_t t = (time_t)k->now;
	struct tm tm;
	int i;

	gmtime_r(&t, &tm);
	strftime(day, sizeof day, "%Y%m%d", &tm);
	for (i = 0; i <= SUFFIXES; i++) {
		snprintf(out, cap, "%c%s%.*s", *signing_word(k->algorithm), day,
		    i > 0, (const char[]){ (char)('a' + i - 1), '\0' });
		key_path(k, out, path);
		if (access(path, F_OK) == 0)
			continue;
		name(path, "%s/%s/%s.retired", k->keydir, k->domain, out);
		if (access(path, F_OK) == -1 && errno == ENOENT)
			return;
	}
	die(EXIT_TEMP, "no more names for keys of this day");
}

static void
begin(const struct keyrotate *k, struct state *s, struct buf *out)
{
	struct signersedit_key now;
	char path[PATH_ROOM], *text;
	struct stat st;
	int64_t due_s;
	size_t n;
	int found;

	as_ourselves();
	text = read_dkim(k, path, &n);
	as_keys(k);
	found = signersedit_find(text, n, k->domain, k->algorithm, &now);
	free(text);
	if (!found)
		die(EXIT_PERM, "%s has no line for %s with %s", path, k->domain,
		    signing_word(k->algorithm));
	name(path, "%s/%s", k->keydir, now.key);
	if (stat(path, &st) == -1)
		die(EXIT_TEMP, "unable to find %s: %m", path);
	due_s = clock_file_s(st.st_mtime) + (int64_t)k->age_s;
	if (due_s > k->now) {
		needs(buf_printf(out, "idle\t%s\tnext key in %lld days\n",
		    now.selector, (long long)(due_s - k->now + 86399) / 86400));
		return;
	}
	memcpy(s->old, now.selector, sizeof s->old);
	memcpy(s->old_key, now.key, sizeof s->old_key);
	next_selector(k, s->new, sizeof s->new);
	log_act(k, "key-make", s->new);
	privkey_free(keyrotate_make(k->keydir, k->domain, s->new,
	    k->algorithm == SIGNING_RSA_SHA256 ? PRIVKEY_RSA : PRIVKEY_ED25519,
	    k->bits, k->gid));
	act_done();
	s->step = PUBLISH;
	s->since = k->now;
	write_state(k, s);
}

static void
publish(const struct keyrotate *k, struct state *s, struct buf *out)
{
	char path[PATH_ROOM];
	const char *why;
	int temporary;
	enum dkimrecord_verdict v;
	struct privkey *key;

	key_path(k, s->new, path);
	key = keycache_read(AT_FDCWD, path, &why, &temporary);
	if (key == NULL)
		die(EXIT_TEMP, "%s: %s", path, why);
	v = keycheck(k->dns, k->domain, s->new, key, k->wait_ms, &why);
	if (v == DKIMRECORD_GOOD) {
		as_ourselves();
		switch_lines(k, s);
		build(k);
		as_keys(k);
		s->step = OVERLAP;
		s->since = k->now;
		write_state(k, s);
		needs(buf_printf(out, "switched\t%s\tfrom %s\n", s->new,
		    s->old));
	} else {
		needs(buf_printf(out, "publish\t%s\t%s: %s\n", s->new,
		    dkimrecord_word(v), why));
		put_record(out, k, s->new, key);
	}
	privkey_free(key);
}

/* does a line name the old key's file?  Dies when one still signs with it for
 * this domain */
static int
still_used(const struct keyrotate *k, const struct state *s)
{
	struct signersedit_key old;
	char path[PATH_ROOM], *text;
	size_t n;
	int uses;

	memcpy(old.selector, s->old, sizeof old.selector);
	memcpy(old.key, s->old_key, sizeof old.key);
	as_ourselves();
	text = read_dkim(k, path, &n);
	as_keys(k);
	uses = signersedit_uses(text, n, k->domain, k->algorithm, &old);
	free(text);
	if (uses == 2)
		die(EXIT_TEMP, "%s has a line for %s with selector %s again",
		    path, k->domain, s->old);
	return uses;
}

static void
retire(const struct keyrotate *k, const struct state *s)
{
	char path[PATH_ROOM], to[PATH_ROOM];

	name(path, "%s/%s", k->keydir, s->old_key);
	name(to, "%s/%s/%s.retired", k->keydir, k->domain, s->old);
	log_act(k, "key-retire", s->old);
	if (rename(path, to) == -1 && errno != ENOENT)
		die(EXIT_TEMP, "unable to rename %s: %m", path);
	act_done();
}

static void
overlap(const struct keyrotate *k, struct state *s, struct buf *out)
{
	char path[PATH_ROOM];
	int used;
	int64_t left;

	/* by a clock that was ahead: it has begun by now at the latest */
	if ((int64_t)s->since > k->now) {
		s->since = k->now;
		write_state(k, s);
	}
	left = (int64_t)(s->since + k->overlap_s) - k->now;
	if (left > 0) {
		needs(buf_printf(out,
		    "overlap\t%s\t%s is revoked in %lld "
		    "days\n",
		    s->new, s->old, (long long)(left + 86399) / 86400));
		return;
	}
	used = still_used(k, s);
	if (!used)
		retire(k, s);
	needs(buf_printf(out, "revoke\t%s\t%s %s\n", s->old, s->old_key,
	    used ? "stays, for other lines name it" : "is no longer used"));
	put_record(out, k, s->old, NULL);
	state_path(k, path);
	if (unlink(path) == -1)
		die(EXIT_TEMP, "unable to remove %s: %m", path);
}

void
keyrotate(const struct keyrotate *k, struct buf *out)
{
	char path[PATH_ROOM];
	struct state s;
	int dir;

	as_keys(k);
	name(path, "%s/%s", k->keydir, k->domain);
	if (keyfile_folder(path, k->gid == (gid_t)-1 ? 0700 : 0750, k->gid) ==
	    -1)
		die(EXIT_TEMP, "unable to make %s: %m", path);
	dir = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	/* one at a time */
	if (dir == -1 || flock(dir, LOCK_EX) == -1)
		die(EXIT_TEMP, "unable to lock %s: %m", path);
	read_state(k, &s);
	if (s.step == IDLE)
		begin(k, &s, out);
	if (s.step == PUBLISH)
		publish(k, &s, out);
	else if (s.step == OVERLAP)
		overlap(k, &s, out);
	as_ourselves();
	close(dir);
}
