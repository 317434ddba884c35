#include "fix/tokenkeys.h"
#include "base/base64.h"
#include "base/clock.h"
#include "base/die.h"
#include "base/durable.h"
#include "base/exit.h"
#include "base/fd.h"
#include "base/newfile.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

enum { NEW_KEY_LEN = 32, FILE_BYTES_MAX = 65536 };

/* the last change of the inode: content, owner or mode */
static int64_t
ctime_ns(const struct stat *st)
{
	return (int64_t)st->st_ctim.tv_sec * 1000000000 + st->st_ctim.tv_nsec;
}

/* NULL, or what is wrong, which lives until the next call; again: it may be
 * otherwise though the file stays as it is */
static const char *
load(struct tokenkeys *t, int *again)
{
	static char why[64];
	struct token_keys keys;
	struct stat st;
	unsigned line;
	char *text;
	size_t n;

	*again = 1;
	if (stat(t->path, &st) == -1)
		return errno == ENOENT
		    ? "there is no such file: token-check -n makes one"
		    : strerror(errno);
	t->ino = st.st_ino;
	t->ctime_ns = ctime_ns(&st);
	*again = 0;
	if (st.st_mode & 07)
		return "open to everybody: chmod o= it";
	if (fd_slurp(t->path, FILE_BYTES_MAX, &text, &n) == -1) {
		*again = 1;
		return strerror(errno);
	}
	line = token_keys_parse(&keys, text, n);
	explicit_bzero(text, n);
	free(text);
	if (line == 0) {
		t->keys = keys;
		return NULL;
	}
	snprintf(why, sizeof why, "line %u is no key", line);
	return why;
}

void
tokenkeys_open(struct tokenkeys *t, const char *path)
{
	const char *why;
	int again;

	memset(t, 0, sizeof *t);
	t->path = path;
	t->checked_ms = clock_mono_ms();
	why = load(t, &again);
	if (why != NULL)
		die(EXIT_TEMP, "unable to use the keys of %s: %s", path, why);
}

void
tokenkeys_check(struct tokenkeys *t)
{
	int64_t now = clock_mono_ms();
	struct stat st;
	const char *why;
	int told = t->again;

	if (t->path == NULL || now - t->checked_ms < TOKENKEYS_CHECK_MS)
		return;
	t->checked_ms = now;
	if (stat(t->path, &st) == -1 ||
	    (!t->again && st.st_ino == t->ino && ctime_ns(&st) == t->ctime_ns))
		return;
	why = load(t, &t->again);
	if (why != NULL && !(told && t->again))
		warn("unable to use the keys of %s: %s", t->path, why);
}

/* making */

static void
put_key(struct buf *b)
{
	unsigned char key[NEW_KEY_LEN];

	if (getrandom(key, sizeof key, 0) != sizeof key)
		die(EXIT_TEMP, "no random bytes: %m");
	needs(base64_put_url(b, key, sizeof key));
	needs(buf_putc(b, '\n'));
	explicit_bzero(key, sizeof key);
}

/* the file as it is, and whose it is; never open to everybody */
static void
put_old(struct buf *b, const char *path, struct newfile_rights *r)
{
	struct token_keys keys;
	struct stat st;
	char *text;
	size_t n;

	if (fd_slurp(path, FILE_BYTES_MAX, &text, &n) == -1 ||
	    stat(path, &st) == -1)
		die(EXIT_TEMP, "unable to read %s: %m", path);
	r->mode = st.st_mode & 0660;
	r->uid = st.st_uid == geteuid() ? (uid_t)-1 : st.st_uid;
	r->gid = st.st_gid == getegid() ? (gid_t)-1 : st.st_gid;
	needs(buf_put(b, text, n));
	explicit_bzero(text, n);
	free(text);
	if (token_keys_parse(&keys, buf_data(b), buf_len(b)) != 0)
		die(EXIT_PERM, "%s: not %d keys or less, one a line", path,
		    TOKEN_KEYS_MAX);
}

void
tokenkeys_make(const char *path, int add)
{
	struct newfile_rights rights = { 0600, (uid_t)-1, (gid_t)-1 };
	char temp[PATH_MAX];
	struct buf b = { 0 };

	needs(buf_reserve(&b, FILE_BYTES_MAX + TOKEN_KEY_MAX * 2));
	put_key(&b);
	if (add)
		put_old(&b, path, &rights);
	if (newfile_beside(path, &b, &rights, temp) == -1)
		die(EXIT_TEMP, "unable to make %s: %m", path);
	if ((add ? rename(temp, path) : link(temp, path)) == -1) {
		newfile_drop(temp);
		die(errno == EEXIST ? EXIT_PERM : EXIT_TEMP,
		    "unable to make %s: %m", path);
	}
	if (!add)
		unlink(temp);
	if (durable_folder_of(path) == -1)
		die(EXIT_TEMP, "unable to sync the folder of %s: %m", path);
	buf_wipe(&b);
}
