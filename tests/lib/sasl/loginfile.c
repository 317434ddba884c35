/* the text of logins: lines found, put in, taken out, written */
#include "sasl/loginfile.h"
#include "tap.h"
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define HASH \
	"$argon2id$v=19$m=65536,t=2,p=1$MDEyMzQ1Njc4OWFiY2RlZg$" \
	"7+/qEheh109gdg4M3e8OHdzFjQSPKlC6NgbVvwpor58"

static char dir[] = "/tmp/loginfile.XXXXXX";

static struct slice
text(const char *s)
{
	return (struct slice){ s, strlen(s) };
}

static void
has(const struct loginfile *f, const char *want, const char *what)
{
	ok(buf_len(&f->text) == strlen(want) &&
		memcmp(buf_data(&f->text), want, strlen(want)) == 0,
	    what);
}

static void
test_lines(void)
{
	struct loginfile f = { .dir = -1 };
	struct slice line, name;
	size_t at = 0;

	ok(!loginfile_next(&f, &at, &line, &name), "nothing");
	buf_puts(&f.text, "# our :secret is\nb :secret\n");
	ok(!loginfile_has_secret(&f), "no secret");
	buf_puts(&f.text, " :secret\ty\n");
	ok(loginfile_has_secret(&f), "a secret");
	ok(loginfile_has_keys(text("ann h\tscram=1")) &&
		!loginfile_has_keys(text("ann h xscram=1")) &&
		!loginfile_has_keys(text("ann h scram=")),
	    "what are keys");
	buf_clear(&f.text);
	buf_puts(&f.text, "# x\n\n:secret y\n Ann  h off \nbob h\n");
	ok(loginfile_next(&f, &at, &line, &name) && word_is(name, "Ann"),
	    "a login");
	ok(loginfile_next(&f, &at, &line, &name) && word_is(name, "bob") &&
		word_is(line, "bob h"),
	    "another");
	ok(!loginfile_next(&f, &at, &line, &name), "no more");
	ok(loginfile_find(&f, "ann", &line) && loginfile_is_off(line),
	    "found, and off");
	ok(loginfile_find(&f, "bob", &line) && !loginfile_is_off(line),
	    "found, and not off");
	ok(!loginfile_find(&f, "bo", &line), "no such");
	ok(!loginfile_is_off(text("off")) &&
		!loginfile_is_off(text("a off1")) &&
		!loginfile_is_off(text("a hoff")) &&
		loginfile_is_off(text("a\toff")),
	    "what is off");
	loginfile_set(&f, "ann", text("ann 2\n"));
	has(&f, "# x\n\n:secret y\nann 2\nbob h\n", "replaced");
	loginfile_set(&f, "cid", text("cid 3\n"));
	has(&f, "# x\n\n:secret y\nann 2\nbob h\ncid 3\n", "put behind all");
	loginfile_set(&f, "ann", text(""));
	loginfile_set(&f, "dan", text(""));
	has(&f, "# x\n\n:secret y\nbob h\ncid 3\n", "taken out");
	buf_free(&f.text);
}

static void
test_files(void)
{
	struct loginfile f;
	char path[64];
	int fd;

	is_num(loginfile_open(&f, dir), 0, "an empty folder");
	loginfile_set(&f, "ann", text("ann " HASH "\n"));
	is_num(loginfile_make(&f), 0, "a table");
	is_num(loginfile_write(&f), 0, "is written");
	close(f.lock);
	snprintf(path, sizeof path, "%s/passwd", dir);
	fd = open(path, O_WRONLY | O_APPEND);
	ok(write(fd, "bob x", 5) == 5 && close(fd) == 0, "by hand");
	is_num(loginfile_open(&f, dir), 0, "again");
	has(&f, "ann " HASH "\nbob x\n", "with an LF at the end");
	errno = 0;
	is_num(loginfile_make(&f), -1, "no table");
	is_num(errno, EINVAL, "for a fault");
	is_str(f.fault, "2: no argon2id hash", "which is told");
	loginfile_set(&f, "bob", text(""));
	is_num(loginfile_make(&f), 0, "without it");
	close(f.lock);
	chmod(dir, 0710);
	is_num(loginfile_open(&f, dir), -1, "a folder for others");
	is_num(errno, EPERM, "is none");
	chmod(dir, 0700);
	unlink(path);
	ok(symlink("/etc/passwd", path) == 0, "a link");
	is_num(loginfile_open(&f, dir), -1, "is not followed");
	is_num(errno, ELOOP, "by anybody");
	unlink(path);
	snprintf(path, sizeof path, "%s/passwd.cdb", dir);
	unlink(path);
	snprintf(path, sizeof path, "%s/lock", dir);
	unlink(path);
	rmdir(dir);
	is_num(loginfile_open(&f, dir), -1, "no folder");
}

int
main(void)
{
	test_lines();
	if (mkdtemp(dir) == NULL)
		return 1;
	test_files();
	return done();
}
