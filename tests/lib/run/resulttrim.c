/* the file of results is emptied when nobody has anything to write */
#include "base/die.h"
#include "run/run.h"
#include "tap.h"
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MUCH = 1 << 20 };

static struct run r = { .toline.fd = -1 };

static long
size(void)
{
	struct stat st;

	return fstat(r.resultfile.own, &st) == -1 ? -1 : (long)st.st_size;
}

static void
write_down(void)
{
	static const char line[] = "id:x\tn:0\tstatus:sent\n";

	if (resultfile_append(&r, line, sizeof line - 1) == -1)
		_exit(111);
}

int
main(void)
{
	static char *args[] = { "resulttrim", NULL };
	char file[] = "/tmp/resulttrim.XXXXXX", id[NAME_LEN + 1];
	char path[NAME_PATH_LEN + 1];
	char dir[] = "/tmp/resulttrim.d.XXXXXX";

	prog_init(args);
	r.resultfile.own = mkstemp(file);
	r.resultfile.fd = open(file, O_WRONLY | O_APPEND);
	if (mkdtemp(dir) == NULL || r.resultfile.fd == -1 ||
	    schedule_init(&r.s, 10) == -1)
		return 111;
	r.qfd = open(dir, O_RDONLY | O_DIRECTORY);
	unlink(file);
	write_down();
	resulttrim_seen(&r, MUCH - 1);
	ok(size() > 0, "not much has come up");
	resulttrim_seen(&r, 1);
	is_num(size(), 0, "emptied");
	write_down();
	resulttrim_seen(&r, MUCH - 1);
	ok(size() > 0, "counted anew");

	/* a doubt whose file is there, and then gone */
	name_make(id, 1790000000000000, 1, 0);
	mkdirat(r.qfd, "mess", 0700);
	mkdirat(r.qfd, "mess/00", 0700);
	name_path(path, id);
	mkdirat(r.qfd, path, 0700);
	doubts_add(&r, id, 0, 0);
	resulttrim_seen(&r, MUCH);
	ok(size() > 0, "a doubt stays");
	unlinkat(r.qfd, path, AT_REMOVEDIR);
	resulttrim_seen(&r, MUCH);
	is_num(size(), 0, "settled, the file is emptied again");
	unlinkat(r.qfd, "mess/00", AT_REMOVEDIR);
	unlinkat(r.qfd, "mess", AT_REMOVEDIR);
	is_num(rmdir(dir), 0, "nothing is left");
	return done();
}
