/* the key file: made, rotated, read again, refused */
#include "base/clock.h"
#include "base/die.h"
#include "base/exit.h"
#include "fix/tokenkeys.h"
#include "tap.h"
#include <poll.h>
#include <stdlib.h>
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

int
main(void)
{
	char *argv[] = { "tokenkeys", NULL };
	struct tokenkeys t;
	struct token_key first;
	struct stat st;
	int64_t until;
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
	until = clock_mono_ms() + 5000;
	while (t.keys.n == 1 && clock_mono_ms() < until) {
		poll(NULL, 0, 20);
		tokenkeys_check(&t);
	}
	is_num(t.keys.n, 2, "is noticed");
	ok(memcmp(&t.keys.key[1], &first, sizeof first) == 0,
	    "behind the new one");
	for (i = 2; i < TOKEN_KEYS_MAX; i++)
		dies('a');
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
	freopen("/dev/null", "w", stderr);
	poll(NULL, 0, TOKENKEYS_CHECK_MS + 10);
	tokenkeys_check(&t);
	is_num(t.keys.n, 2, "the old ones stay");
	unlink(path);
	is_num(rmdir(dir), 0, "nothing is left behind");
	return done();
}
