#include "base/logfolder.h"
#include "tap.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char dir[] = "/tmp/logfolder.XXXXXX";

static void
put(const char *name, const void *text, size_t n)
{
	int fd = open(name, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	ok(fd != -1 && write(fd, text, n) == (ssize_t)n, name);
	close(fd);
}

static const char *
names(const struct logfolder *l)
{
	static char out[400];
	size_t i;

	out[0] = '\0';
	for (i = 0; i < l->n; i++) {
		strcat(out, strrchr(l->file[i], '/') + 1);
		strcat(out, " ");
	}
	return out;
}

static const char *
content(const char *name)
{
	static char out[100];
	struct logfile f;
	ssize_t n;

	if (logfile_open(&f, name) == -1)
		return strerror(errno);
	n = read(f.fd, out, sizeof out - 1);
	out[n < 0 ? 0 : n] = '\0';
	while (n > 0)
		n = read(f.fd, out + sizeof out - 1, 1);
	out[sizeof out - 1] = '\0';
	return logfile_close(&f) == -1 ? "broken" : out;
}

static void
folders(void)
{
	struct logfolder l;

	is_num(logfolder_open(&l, "."), 0, "an empty folder");
	is_num(l.n == 0 && l.current == -1, 1, "has nothing");
	logfolder_close(&l);
	is_num(logfolder_open(&l, "none"), -1, "no folder");
	put("@4002.s", "b\n", 2);
	put("@4001.s", "a\n", 2);
	put("@4003.u", "c\n", 2);
	put("@4003.s", "c\n", 2);
	put("@4004.t", "half\n", 5);
	put("@.", "", 0);
	put("config", "", 0);
	put("current", "d\n", 2);
	is_num(logfolder_open(&l, "."), 0, "a folder");
	is_str(names(&l), "@4001.s @4002.s @4003.s ",
	    "rotated files, each once, in their order");
	ok(l.current != -1, "and the current one");
	logfolder_close(&l);
	ok(link("current", "@4005.s") == 0, "a rotation between two looks");
	is_num(logfolder_open(&l, "."), 0, "a folder");
	is_str(names(&l), "@4001.s @4002.s @4003.s ", "current stands once");
	logfolder_close(&l);
}

static void
files(void)
{
	/* printf 'x\ny\n' | gzip -nc */
	static const unsigned char zipped[] = { 0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0,
		3, 0xab, 0xe0, 0xaa, 0xe4, 2, 0, 0x18, 0xf9, 0x70, 0x9c, 4, 0,
		0, 0 };

	is_str(content("@4001.s"), "a\n", "plain");
	is_str(content("@."), "", "empty");
	is_str(content("nothing"), strerror(ENOENT), "none");
	put("z", zipped, sizeof zipped);
	is_str(content("z"), "x\ny\n", "compressed");
	put("z", zipped, sizeof zipped - 6);
	is_str(content("z"), "broken", "and cut");
}

int
main(void)
{
	static const char *const all[] = { "@4001.s", "@4002.s", "@4003.u",
		"@4003.s", "@4004.t", "@4005.s", "@.", "config", "current",
		"z" };
	size_t i;

	if (mkdtemp(dir) == NULL || chdir(dir) == -1)
		return 111;
	folders();
	files();
	for (i = 0; i < sizeof all / sizeof *all; i++)
		unlink(all[i]);
	rmdir(dir);
	return done();
}
