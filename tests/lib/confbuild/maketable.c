/* tables of a folder made, looked up in, and put in force all at once */
#include "confbuild/maketable.h"
#include "base/die.h"
#include "base/exit.h"
#include "conf/local.h"
#include "route/aliasfile.h"
#include "route/routefile.h"
#include "says.h"
#include "tap.h"
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>

static char dir[] = "/dev/shm/maketable.XXXXXX";
static const struct conffile *const subjects[] = { &conffile_local,
	&conffile_aliases, &conffile_routes, NULL };
static const char *const files[] = { "local", "aliases", "routes", "local.cdb",
	"aliases.cdb", "routes.cdb", ".local.cdb.new", ".aliases.cdb.new" };

static const char *
path_of(const char *name)
{
	static char path[PATH_MAX];

	maketable_path(path, dir, "", name, "");
	return path;
}

static void
put(const char *name, const char *text, mode_t mode)
{
	int fd = open(path_of(name), O_WRONLY | O_CREAT | O_TRUNC, mode);

	ok(fd != -1 && fchmod(fd, mode) == 0 &&
		write(fd, text, strlen(text)) == (ssize_t)strlen(text),
	    name);
	close(fd);
}

/* the size of a file; -1: there is none */
static long
size_of(const char *name)
{
	struct stat st;

	return stat(path_of(name), &st) == -1 ? -1 : (long)st.st_size;
}

static int
has(struct maketables *t, const struct conffile *s, const char *key)
{
	struct lookup l = maketable_lookup(t, s);
	const char *data;
	size_t n;

	return lookup_get(&l, key, strlen(key), &data, &n);
}

static void
replace(struct maketables *t)
{
	int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	maketable_replace(t, fd);
	close(fd);
}

static void
close_all(struct maketables *t)
{
	size_t i;

	for (i = 0; i < t->n; i++) {
		cdbwrite_free(&t->all[i].cdb);
		table_close(&t->all[i].old);
	}
	free(t->all);
	buf_free(&t->alias_keys);
	buf_free(&t->forms);
	buf_free(&t->rules);
}

static void
all(void)
{
	struct conffaults f = { 0, 0 };
	struct maketables t;
	struct stat st;

	put("local", "a.example\n", 0640);
	put("aliases", "root: bob\nann: joe\n", 0644);
	maketable_open(&t, dir, subjects, &f);
	maketable_want_all(&t);
	maketable_read(&t);
	is_num((long long)f.faults, 0, "no fault");
	is_num(has(&t, &conffile_local, "a.example"), 1, "a key is found");
	is_num(has(&t, &conffile_local, "b.example"), 0, "another is not");
	is_num(has(&t, &conffile_routes, "*"), 0, "nothing where is no file");
	ok(buf_len(&t.alias_keys) == 9 &&
		memcmp(buf_data(&t.alias_keys), "root\nann\n", 9) == 0,
	    "the keys of aliases");
	is_num(size_of("local.cdb"), -1, "nothing is in force yet");
	put(".local.cdb.new", "left by one that was interrupted", 0600);
	replace(&t);
	ok(size_of("local.cdb") > 2048, "now it is");
	ok(stat(path_of("local.cdb"), &st) == 0 && (st.st_mode & 0777) == 0640,
	    "with the mode of the text");
	is_num(size_of("routes.cdb"), -1, "no table without a text");
	is_num(size_of(".local.cdb.new"), -1, "no temporary file stays");
	close_all(&t);
}

static void
one(void)
{
	struct conffaults f = { 0, 0 };
	struct maketables t;

	put("local", "b.example\n", 0644);
	put("aliases", "ann: ann\n", 0644);
	maketable_open(&t, dir, subjects, &f);
	is_num(maketable_want(&t, "nothing"), -1, "no such subject");
	is_num(maketable_want(&t, "local"), 0, "one alone");
	maketable_read(&t);
	is_num(has(&t, &conffile_local, "b.example"), 1, "as it will be");
	is_num(has(&t, &conffile_local, "a.example"), 0, "no more as it was");
	is_num(has(&t, &conffile_aliases, "root"), 1,
	    "another is as it is in force");
	close_all(&t);
}

static void
gone(const void *arg)
{
	struct conffaults f = { 0, 0 };
	struct maketables t;

	(void)arg;
	maketable_open(&t, dir, subjects, &f);
	maketable_want_all(&t);
	maketable_read(&t);
	replace(&t);
}

static void
told(const void *arg)
{
	struct conffaults f = { 0, 0 };
	struct maketables t;

	(void)arg;
	maketable_open(&t, dir, subjects, &f);
	maketable_want_all(&t);
	maketable_read(&t);
	exit(f.faults == 2 ? 0 : 1);
}

int
main(void)
{
	char *name[] = { "tables", NULL };
	const char *said;
	size_t i;
	int status;

	prog_init(name);
	ok(mkdtemp(dir) != NULL, "a folder");
	all();
	one();
	put("local", "a b\n", 0644);
	put("aliases", "x\n", 0644);
	said = says(told, NULL, &status);
	is_num(status, 0, "all faults are counted");
	ok(strstr(said, "/local:1: ") != NULL &&
		strstr(said, "/aliases:1: ") != NULL,
	    "each with file and line");
	unlink(path_of("local"));
	unlink(path_of("aliases"));
	said = says(gone, NULL, &status);
	ok(strstr(said, "local.cdb becomes empty") != NULL, "a text is gone");
	is_num(size_of("local.cdb"), 2048, "its table is empty");
	is_str(says(gone, NULL, &status), "", "which is said once");
	mkdir(path_of("local"), 0700);
	says(gone, NULL, &status);
	is_num(status, EXIT_TEMP, "a folder in place of a text");
	rmdir(path_of("local"));
	put("aliases", "ann: joe\n", 0644);
	mkdir(path_of(".aliases.cdb.new"), 0700);
	said = says(gone, NULL, &status);
	is_num(status, EXIT_TEMP, "what cannot be written");
	ok(strstr(said, "nothing was replaced") != NULL, "says so");
	rmdir(path_of(".aliases.cdb.new"));
	for (i = 0; i < sizeof files / sizeof files[0]; i++)
		unlink(path_of(files[i]));
	ok(rmdir(dir) == 0, "nothing else is left");
	return done();
}
