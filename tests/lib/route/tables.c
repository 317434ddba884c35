/* the tables of route: missing, damaged, replaced */
#include "base/cdbwrite.h"
#include "base/clock.h"
#include "base/fd.h"
#include "base/table.h"
#include "route/tables.h"
#include "tap.h"
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static char dir[] = "/tmp/routetables.XXXXXX";
static struct routing_conf conf;
static struct routetables tables;

static void
write_file(const char *name, const char *p, size_t n)
{
	char path[64], temp[64];
	int fd;

	snprintf(path, sizeof path, "%s/%s", dir, name);
	snprintf(temp, sizeof temp, "%s/new", dir);
	fd = open(temp, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	ok(fd != -1 && fd_write_all(fd, p, n) == 0 && close(fd) == 0 &&
		rename(temp, path) == 0,
	    name);
}

/* local.cdb with one domain */
static void
write_local(const char *domain)
{
	struct cdbwrite w = { .n = 0 };

	cdbwrite_add(&w, domain, strlen(domain), "", 0);
	cdbwrite_finish(&w);
	write_file("local.cdb", buf_data(&w.out), buf_len(&w.out));
	buf_free(&w.out);
}

static int
has(const struct routing_conf *c, const char *domain)
{
	const char *p;
	size_t n;

	return lookup_get(&c->local, domain, strlen(domain), &p, &n);
}

static int
is_local(const char *domain)
{
	return has(&conf, domain);
}

/* each has its own tables, and its own name */
static void
two(void)
{
	static struct routing_conf c;
	static struct routetables t;

	routetables_open(&t, &c, dir, "mx.example.org");
	is_num(has(&c, "b.example"), 1, "the other's, of the same files");
	is_num(has(&c, "mx.example.org"), 1, "the other's name");
	is_num(is_local("mx.example.org"), 0, "is not the one's");
	is_num(is_local("mx.example"), 1, "which has its own");
}

/* the status of a program that opens them */
static int
opening(const char *at)
{
	int st = 0;
	pid_t pid;

	fflush(stdout);
	pid = fork();
	if (pid == 0) {
		close(2);
		routetables_open(&tables, &conf, at, NULL);
		_exit(0);
	}
	waitpid(pid, &st, 0);
	return WIFEXITED(st) ? WEXITSTATUS(st) : -1;
}

static void
clean(void)
{
	static const char *const files[] = { "routes", "routes.cdb",
		"local.cdb" };
	char path[64];
	unsigned i;

	for (i = 0; i < 3; i++) {
		snprintf(path, sizeof path, "%s/%s", dir, files[i]);
		unlink(path);
	}
	rmdir(dir);
}

int
main(void)
{
	static char longer[5000];
	const int64_t end = clock_mono_ms() + 5000;

	if (mkdtemp(dir) == NULL)
		return 1;
	is_num(opening(dir), 0, "no table at all");
	memset(longer, 'x', sizeof longer - 1);
	is_num(opening(longer), 111, "a name that is too long");
	write_file("routes", "\n", 1);
	is_num(opening(dir), 111, "a text that is not compiled");
	write_file("routes.cdb", "damaged", 7);
	is_num(opening(dir), 111, "a damaged table");
	write_file("routes.cdb", "", 0);
	is_num(opening(dir), 111, "an empty file");
	clean();
	if (mkdir(dir, 0700) == -1)
		return 1;
	write_local("a.example");
	routetables_open(&tables, &conf, dir, "mx.example");
	is_num(is_local("a.example"), 1, "a record");
	is_num(is_local("b.example"), 0, "no such record");
	is_num(is_local("mx.example"), 1, "the host's own name");
	is_num(is_local("mx"), 1, "its first label");
	is_num(lookup_get(&conf.aliases, "x", 1, &(const char *){ NULL },
		   &(size_t){ 0 }),
	    0, "a table that is not there is empty");
	write_local("b.example");
	is_num(is_local("b.example"), 0, "another one is not seen");
	while (is_local("b.example") == 0 && clock_mono_ms() < end) {
		usleep(10000);
		routetables_check(&tables, &conf);
	}
	is_num(is_local("b.example"), 1, "until the tables are looked at");
	is_num(is_local("a.example"), 0, "which are replaced");
	is_num(lookup_get(&tables.tls_out, "*", 1, &(const char *){ NULL },
		   &(size_t){ 0 }),
	    0, "so is the one of how mail is protected");
	two();
	clean();
	return done();
}
