/* the key file: made, rotated, read again, refused */
#include "base/clock.h"
#include "base/die.h"
#include "base/exit.h"
#include "fix/tokenkeys.h"
#include "tap.h"
#include <poll.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static char dir[] = "/tmp/rohrpost.XXXXXX", path[64];

/* the exit status of what dies */
static int
dies(int what)
{
	struct tokenkeys t;
	int status;
	pid_t pid = fork();

	if (pid == 0) {
		freopen("/dev/null", "w", stderr);
		if (what == 'o')
			tokenkeys_open(&t, path);
		else
			tokenkeys_make(path, what == 'a');
		_exit(0);
	}
	waitpid(pid, &status, 0);
	return WEXITSTATUS(status);
}

/* the keys that are in force, as soon as they are so many, or after 5 s */
static unsigned
noticed(struct tokenkeys *t, unsigned n)
{
	int64_t until = clock_mono_ms() + 5000;

	while (t->keys.n != n && clock_mono_ms() < until) {
		poll(NULL, 0, 20);
		tokenkeys_check(t);
	}
	return t->keys.n;
}

/* a look that is due */
static void
look(struct tokenkeys *t)
{
	t->checked_ms -= TOKENKEYS_CHECK_MS;
	tokenkeys_check(t);
}

/* what could not be used or read is, when that is over */
static void
trouble(struct tokenkeys *t)
{
	struct rlimit files, none;

	chmod(path, 0644);
	look(t);
	dies('a');
	chmod(path, 0644);
	look(t);
	is_num(t->keys.n, 2, "open to everybody: not used");
	chmod(path, 0640);
	is_num(noticed(t, 3), 3, "until it is closed");
	dies('a');
	getrlimit(RLIMIT_NOFILE, &files);
	none = files;
	none.rlim_cur = 0;
	setrlimit(RLIMIT_NOFILE, &none);
	look(t);
	is_num(t->keys.n, 3, "no descriptor is left");
	setrlimit(RLIMIT_NOFILE, &files);
	is_num(noticed(t, 4), 4, "until there is one");
}

/* a group that is not ours, but that we may give files to; -1: none */
static gid_t
other_group(void)
{
	gid_t all[64];
	int n = getgroups(64, all);

	if (geteuid() == 0)
		return getegid() + 1;
	while (n > 0)
		if (all[--n] != getegid())
			return all[n];
	return (gid_t)-1;
}

int
main(void)
{
	char *argv[] = { "tokenkeys", NULL };
	struct tokenkeys t;
	struct token_key first;
	struct stat st;
	gid_t group = other_group();
	FILE *f;
	int i;

	prog_init(argv);
	if (mkdtemp(dir) == NULL)
		return 1;
	snprintf(path, sizeof path, "%s/keys", dir);
	is_num(dies('o'), EXIT_TEMP, "no file");
	is_num(dies('a'), EXIT_TEMP, "nothing to add to");
	is_num(dies('n'), 0, "made");
	stat(path, &st);
	is_num(st.st_mode & 07777, 0600, "mode");
	tokenkeys_open(&t, path);
	is_num(t.keys.n, 1, "one key");
	is_num(t.keys.key[0].n, 32, "of 256 bits");
	first = t.keys.key[0];
	is_num(dies('n'), EXIT_PERM, "one that is there stays");
	is_num(dies('a'), 0, "one more");
	is_num(noticed(&t, 2), 2, "is noticed");
	ok(memcmp(&t.keys.key[1], &first, sizeof first) == 0,
	    "behind the new one");
	freopen("/dev/null", "w", stderr);
	trouble(&t);
	/* who reads it by its group still may */
	if (group != (gid_t)-1 && chown(path, (uid_t)-1, group) == -1)
		return 1;
	for (i = 4; i < TOKEN_KEYS_MAX; i++)
		dies('a');
	stat(path, &st);
	ok(group == (gid_t)-1 || st.st_gid == group, "the group stays");
	is_num(st.st_mode & 07777, 0640, "the mode, too");
	is_num(dies('a'), EXIT_PERM, "no more than 16");
	chmod(path, 0604);
	is_num(dies('o'), EXIT_TEMP, "open to everybody");
	chmod(path, 0640);
	is_num(dies('o'), 0, "open to a group");
	/* one that is broken leaves the old keys */
	f = fopen(path, "w");
	fputs("nonsense\n", f);
	fclose(f);
	is_num(dies('o'), EXIT_TEMP, "no key");
	look(&t);
	is_num(t.keys.n, 4, "the old ones stay");
	unlink(path);
	is_num(rmdir(dir), 0, "nothing is left behind");
	return done();
}
