#include "many/sentfile.h"
#include "tap.h"
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

static char path[64];

static void
put(const char *text)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	write(fd, text, strlen(text));
	close(fd);
}

static void
check_read(const char *text, const char *key, int there)
{
	struct sentfile f = { .fd = -1 };
	struct keyset set = { 0 };

	put(text);
	is_num(sentfile_open(&f, path, &set), SENTFILE_OK, text);
	is_num(keyset_add(&set, key, strlen(key)), !there, key);
	keyset_free(&set);
	close(f.fd);
}

int
main(void)
{
	struct sentfile f = { .fd = -1 }, g = { .fd = -1 };
	struct keyset set = { 0 };
	char got[200] = "";
	int fd;

	snprintf(path, sizeof path, "/tmp/sentfile.%d", (int)getpid());
	check_read("", "c:a@b.c", 0);
	check_read("id c:a@b.c .\n", "c:a@b.c", 1);
	check_read("id c:a@b.c .\nid2 c:d e .\n", "c:d e", 1);
	check_read("id c:a@b.c .\nid2 c:d", "c:d", 0);
	check_read("id c:a@b.com", "c:a@b.co", 0);
	check_read("id c:a@b.c\n", "c:a@b.c", 0);
	check_read("id c:a@b.c .", "c:a@b.c", 0);
	check_read(" .\nx .\n\nid  .\nid y .\n", "y", 1);

	/* one that was cut, and more behind it */
	put("id c:a");
	is_num(sentfile_open(&f, path, &set), SENTFILE_OK, "cut");
	is_num(sentfile_open(&g, path, &set), SENTFILE_BUSY, "a second run");
	close(g.fd);
	is_num(sentfile_add(&f, "id2 repeated", 3, "c:b"), 0, "one more");
	is_num(sentfile_write(&f), 0, "written");
	is_num(sentfile_write(&f), 0, "once");
	close(f.fd);
	fd = open(path, O_RDONLY);
	read(fd, got, sizeof got - 1);
	close(fd);
	is_str(got, "id c:a\nid2 c:b .\n", "the file");
	unlink(path);
	f.fd = open("/dev/full", O_WRONLY);
	sentfile_add(&f, "id", 2, "c:b");
	is_num(sentfile_write(&f), -1, "a full disk");
	close(f.fd);
	is_num(sentfile_open(&g, "/nowhere/x", &set), SENTFILE_ERROR,
	    "no folder");
	keyset_free(&set);
	buf_free(&f.out);
	return done();
}
