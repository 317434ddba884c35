#include "base/clock.h"
#include "sign/keycache.h"
#include "tap.h"
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static const char one[] = "nWGxne/9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A=\n";
static const char two[] = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n";
static char dir[] = "/tmp/rohrpost-keycache.XXXXXX";
static const char *reason;
static int temporary, dfd;
static struct keycache keys;

static void
put(const char *name, const char *text, mode_t mode)
{
	int fd = openat(dfd, name, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	if (write(fd, text, strlen(text)) == -1 || fchmod(fd, mode) == -1)
		abort();
	close(fd);
}

static void
refused(const char *name, const char *why, int temp)
{
	reason = "none";
	ok(keycache_get(&keys, name, &reason, &temporary) == NULL, name);
	is_str(reason, why, "the reason");
	is_num(temporary, temp, "for now or for ever");
}

/* the first byte of the public part: which key it is */
static int
which(const char *name)
{
	struct privkey *k = keycache_get(&keys, name, &reason, &temporary);
	struct buf b = { 0 };
	int c;

	if (k == NULL)
		return -1;
	privkey_public(&b, k);
	c = (unsigned char)buf_data(&b)[0];
	buf_free(&b);
	return c;
}

static void
changes(void)
{
	put("k", one, 0600);
	is_num(which("k"), 0xd7, "a key");
	put("k.new", two, 0600);
	renameat(dfd, "k.new", dfd, "k");
	is_num(which("k"), 0xd7, "within the time it is not looked at");
	poll(NULL, 0, KEYCACHE_CHECK_MS + 1);
	is_num(which("k"), 0x3b, "then the new one is in force");
	put("k", one, 0600);
	poll(NULL, 0, KEYCACHE_CHECK_MS + 1);
	is_num(which("k"), 0xd7, "also when the file is overwritten");
	fchmodat(dfd, "k", 0644, 0);
	poll(NULL, 0, KEYCACHE_CHECK_MS + 1);
	is_num(which("k"), -1, "not when its mode becomes bad");
	fchmodat(dfd, "k", 0600, 0);
	is_num(which("k"), 0xd7, "and again when it is good");
	unlinkat(dfd, "k", 0);
	poll(NULL, 0, KEYCACHE_CHECK_MS + 1);
	is_num(which("k"), -1, "gone with its file");
}

static void
modes(void)
{
	static const char open_to_all[] =
	    "key may be read or written by others: chmod it to 0600 or 0640";
	static const struct {
		mode_t mode;
		int good;
	} c[] = { { 0600, 1 }, { 0400, 1 }, { 0640, 1 }, { 0440, 1 },
		{ 0700, 1 }, { 0660, 0 }, { 0620, 0 }, { 0604, 0 }, { 0602, 0 },
		{ 0601, 0 }, { 0610, 0 }, { 0644, 0 }, { 0666, 0 },
		{ 0777, 0 } };
	char name[16];
	size_t i;

	for (i = 0; i < sizeof c / sizeof c[0]; i++) {
		snprintf(name, sizeof name, "m%o", c[i].mode);
		put(name, one, c[i].mode);
		if (c[i].good)
			is_num(which(name), 0xd7, name);
		else
			refused(name, open_to_all, 0);
		unlinkat(dfd, name, 0);
	}
}

/* the one not used for the longest time goes; which is seen by its file
 * having gone before, within the time in which it is not looked at */
static void
bound(void)
{
	char name[16];
	int i, all = 0;
	int64_t start = clock_mono_ms();

	keycache_clear(&keys);
	for (i = 0; i < KEYCACHE_MAX; i++) {
		snprintf(name, sizeof name, "b%d", i);
		put(name, one, 0600);
		all += which(name) == 0xd7;
	}
	is_num(all, KEYCACHE_MAX, "as many as there may be");
	which("b0"); /* now b1 is the oldest */
	put("more", one, 0600);
	is_num(which("more"), 0xd7, "one more");
	unlinkat(dfd, "b0", 0);
	unlinkat(dfd, "b1", 0);
	if (clock_mono_ms() - start < KEYCACHE_CHECK_MS)
		is_num(which("b0"), 0xd7, "the one used since stays");
	is_num(which("b1"), -1, "the oldest is gone");
	for (i = 2; i < KEYCACHE_MAX; i++) {
		snprintf(name, sizeof name, "b%d", i);
		unlinkat(dfd, name, 0);
	}
	unlinkat(dfd, "more", 0);
}

/* each has its own folder, and what it has read */
static void
apart(void)
{
	struct keycache other = { .dir = openat(dfd, "sub", O_RDONLY) };
	struct privkey *k, *mine;

	put("k", one, 0600);
	put("sub/k", two, 0600);
	is_num(which("k"), 0xd7, "the one's key");
	mine = keycache_get(&keys, "k", &reason, &temporary);
	k = keycache_get(&other, "k", &reason, &temporary);
	ok(k != NULL && k != mine, "the other's of the same name");
	keycache_clear(&other);
	ok(keycache_get(&keys, "k", &reason, &temporary) == mine,
	    "the one's stays in memory");
	close(other.dir);
	unlinkat(dfd, "k", 0);
}

int
main(void)
{
	if (mkdtemp(dir) == NULL)
		return 111;
	dfd = open(dir, O_RDONLY | O_DIRECTORY);
	keys.dir = dfd;
	refused("none", "no such key", 0);
	mkdirat(dfd, "sub", 0700);
	refused("sub", "key is not a regular file", 0);
	refused("sub/none", "no such key", 0);
	mkfifoat(dfd, "fifo", 0600);
	refused("fifo", "key is not a regular file", 0);
	put("empty", "", 0600);
	refused("empty", "neither a PEM key nor an ed25519 seed in base64", 0);
	put("sub/k", one, 0600);
	is_num(which("sub/k"), 0xd7, "in a folder below");
	changes();
	modes();
	bound();
	apart();
	keycache_clear(&keys);
	unlinkat(dfd, "sub/k", 0);
	unlinkat(dfd, "sub", AT_REMOVEDIR);
	unlinkat(dfd, "fifo", 0);
	unlinkat(dfd, "empty", 0);
	rmdir(dir);
	return done();
}
