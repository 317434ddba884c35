#include "base/fd.h"
#include "base/keyfile.h"
#include "tap.h"
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

static char dir[] = "/tmp/rohrpost-keyfile.XXXXXX";

static const char *
content(const char *path)
{
	static char *text;
	size_t n;

	free(text);
	text = NULL;
	return fd_slurp(path, 1000, &text, &n) == 0 ? text : "none";
}

int
main(void)
{
	struct buf one = { 0 }, two = { 0 };
	struct rlimit none = { 0, RLIM_INFINITY };
	struct stat st;

	signal(SIGXFSZ, SIG_IGN);
	if (mkdtemp(dir) == NULL || chdir(dir) == -1)
		return 111;
	buf_puts(&one, "one");
	buf_puts(&two, "two");
	is_num(keyfile_make("a", &one, 0640, (gid_t)-1), 0, "a new file");
	is_str(content("a"), "one", "what is in it");
	stat("a", &st);
	is_num(st.st_mode & 0777, 0640, "its mode");
	is_num(keyfile_make("a", &two, 0600, (gid_t)-1), -1, "not once more");
	is_num(errno, EEXIST, "is why");
	is_str(content("a"), "one", "it stays");
	is_num(keyfile_replace("a", &two), 0, "another one in its place");
	is_str(content("a"), "two", "what is in it");
	stat("a", &st);
	is_num(st.st_mode & 0777, 0640, "its mode stays");
	is_num(keyfile_replace("b", &two), 0, "in no place");
	stat("b", &st);
	is_num(st.st_mode & 0777, 0600, "its mode");
	is_num(keyfile_folder("d", 0750, (gid_t)-1), 0, "a folder");
	is_num(keyfile_folder("d", 0750, (gid_t)-1), 0, "that is there");
	is_num(keyfile_make("d/x", &one, 0600, (gid_t)-1), 0, "a file in it");
	is_num(keyfile_make("no/x", &one, 0600, (gid_t)-1), -1, "no folder");
	/* one more is at work, and has not given its file the name yet */
	is_num(keyfile_make(".a.new", &one, 0600, (gid_t)-1), 0, "another's");
	is_num(keyfile_replace("a", &two), 0, "a file at the same time");
	is_num(keyfile_make("f", &two, 0600, (gid_t)-1), 0, "a new one, too");
	is_str(content(".a.new"), "one", "what is another's stays as it is");
	is_num(unlink(".a.new"), 0, "where it is");
	setrlimit(RLIMIT_FSIZE, &none);
	is_num(keyfile_make("e", &one, 0600, (gid_t)-1), -1, "no room");
	is_num(keyfile_replace("a", &one), -1, "no room for another");
	is_str(content("a"), "two", "the old one stays");
	is_num(access("e", F_OK), -1, "none is there");
	unlink("a");
	unlink("b");
	unlink("f");
	unlink("d/x");
	rmdir("d");
	buf_free(&one);
	buf_free(&two);
	is_num(rmdir(dir), 0, "nothing is left over, nor anything half");
	return done();
}
