/* tls/anchorfile: a bundle that changes; the clock is ours */
#include "tls/anchorfile.h"
#include "base/clock.h"
#include "pkidir.h"
#include "says.h"
#include "tap.h"
#include "tls/certparts.h"
#include <fcntl.h>
#include <sys/resource.h>

static int64_t mono_ms = 1000, ahead_us;
static struct anchorfile *f;

/* a bundle of n bytes in place of the one that is there */
static void
put(const char *text, size_t n)
{
	char from[300];
	int fd;

	snprintf(from, sizeof from, "%s", pkidir_path("new"));
	fd = open(from, O_WRONLY | O_CREAT | O_TRUNC, 0644);
	fd_write_all(fd, text, n);
	close(fd);
	rename(from, pkidir_path("bundle"));
}

static void
put_file(const char *file, size_t cut)
{
	size_t n;
	char *text = pkidir_text(file, &n);

	put(text, n - cut);
	free(text);
}

/* is this the only one that is known after so long? */
static int
knows(const char *file, int64_t later_ms)
{
	const br_x509_trust_anchor *first;
	struct certparts c;
	struct anchors *s;
	size_t n, found;
	char *p;

	mono_ms += later_ms;
	s = anchorfile_current(f, mono_ms, clock_wall_us() + ahead_us);
	if (file == NULL)
		return s == NULL;
	p = pkidir_text(file, &n);
	certparts_read((unsigned char *)p, n, &c);
	found = anchors_named(s, c.subject.p, c.subject.n, &first);
	free(p);
	return found == 1;
}

static void
twice(const void *file)
{
	knows(file, ANCHORFILE_CHECK_MS);
	knows(file, ANCHORFILE_CHECK_MS);
}

static const char *
warned(const char *file)
{
	static char text[SAYS_ROOM];
	const char *said;
	int status;

	said = strstr(says(twice, file, &status), "bundle: ");
	snprintf(text, sizeof text, "%s", said == NULL ? "" : said);
	return text;
}

static void
changes(void)
{
	struct anchors *held;

	put_file("a.crt", 0);
	ok(knows("a.der", 0), "it is read");
	put_file("b.crt", 0);
	ok(knows("a.der", ANCHORFILE_CHECK_MS - 1), "not looked at yet");
	held = anchors_ref(anchorfile_current(f, mono_ms, clock_wall_us()));
	ok(knows("b.der", 1), "then it is");
	anchors_drop(held);
	put_file("a.crt", 30);
	is_str(warned("b.der"),
	    "bundle: no authority in it; what was there before stays\n",
	    "half written, once said");
	ok(knows("b.der", ANCHORFILE_CHECK_MS), "what was there stays");
	put_file("both.crt", 30);
	is_str(warned("b.der"),
	    "bundle: damaged; what was there before stays\n", "cut");
	ok(knows("b.der", ANCHORFILE_CHECK_MS), "it stays");
	unlink(pkidir_path("bundle"));
	is_str(warned("b.der"),
	    "bundle: No such file or directory; what was there before "
	    "stays\n",
	    "gone");
	put_file("a.crt", 0);
	ok(knows("a.der", ANCHORFILE_CHECK_MS), "and there again");
	is_str(warned("a.der"), "", "without a word");
}

static void
first(void)
{
	is_str(warned(NULL),
	    "bundle: No such file or directory; no authority is known\n",
	    "no file");
	ok(knows(NULL, ANCHORFILE_CHECK_MS), "none is known");
	put_file("both.crt", 30);
	is_str(warned("a.der"), "bundle: damaged; the rest is used\n",
	    "the first one is cut");
	ok(knows("a.der", ANCHORFILE_CHECK_MS), "better than none");
}

static void
large(void)
{
	size_t n, len;
	char *text = pkidir_text("b.crt", &n), *all;

	all = malloc(ANCHORFILE_BYTES_MAX + 1);
	memset(all, '\n', ANCHORFILE_BYTES_MAX + 1);
	memcpy(all, text, n);
	for (len = ANCHORFILE_BYTES_MAX; len <= ANCHORFILE_BYTES_MAX + 1;
	     len++) {
		put(all, len);
		is_str(warned("b.der"),
		    len > ANCHORFILE_BYTES_MAX
			? "bundle: too large; what was there before stays\n"
			: "",
		    "4 MiB, and one byte more");
	}
	ok(knows("a.der", ANCHORFILE_CHECK_MS), "it stays");
	free(all);
	free(text);
}

/* once without a descriptor for it, and then with one */
static void
starved(const void *file)
{
	struct rlimit all, none;

	getrlimit(RLIMIT_NOFILE, &all);
	none = all;
	none.rlim_cur = 0;
	setrlimit(RLIMIT_NOFILE, &none);
	knows(NULL, ANCHORFILE_CHECK_MS);
	setrlimit(RLIMIT_NOFILE, &all);
	fprintf(stderr, "%s\n",
	    knows(file, ANCHORFILE_CHECK_MS) ? "known" : "not known");
}

/* a file that nobody will change, and a moment without descriptors */
static void
passing(void)
{
	int status;

	put_file("a.crt", 0);
	ahead_us = 60 * 1000000;
	ok(strstr(says(starved, "a.der", &status),
	       "bundle: Too many open files; no authority is known\n"
	       "known\n") != NULL,
	    "what passes is tried again");
	ahead_us = 0;
	unlink(pkidir_path("bundle"));
}

int
main(void)
{
	char path[300];

	pkidir_make("a ca=1\nb ca=1\n");
	snprintf(path, sizeof path, "cat %s/a.crt %s/b.crt >%s/both.crt",
	    pkidir, pkidir, pkidir);
	ok(system(path) == 0, "made");
	snprintf(path, sizeof path, "%s", pkidir_path("bundle"));
	f = anchorfile_new(path);
	passing();
	first();
	changes();
	large();
	anchorfile_free(f);
	anchorfile_free(NULL);
	pkidir_remove();
	return done();
}
