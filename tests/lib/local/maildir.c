#include "local/maildir.h"
#include "tap.h"
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static char top[] = "/tmp/rohrpost-maildir.XXXXXX", source_path[64];
static struct maildir_batch batch;
static int base;

/* files in a directory, by ls, which is all a reader does */
static int
count(const char *what)
{
	char command[256];
	FILE *f;
	int n = -1;

	snprintf(command, sizeof command, "ls %s/%s | wc -l", top, what);
	f = popen(command, "r");
	if (f == NULL || fscanf(f, "%d", &n) != 1)
		n = -1;
	if (f != NULL)
		pclose(f);
	return n;
}

static void
add(unsigned n, const char *user)
{
	struct maildir_source s = { "X: y\n", 5, source_path, 3, 7 };
	unsigned i;

	for (i = 0; i < n; i++)
		if (maildir_add(&batch, maildir_open(base, user, 1), &s,
			1790000000123456) == NULL)
			printf("# not added: %s\n", strerror(errno));
}

static void
commit(void)
{
	unsigned i, bad = 0;

	maildir_commit(&batch);
	for (i = 0; i < batch.n; i++)
		bad += batch.item[i].error != 0;
	is_num(bad, 0, "no errors");
	batch.n = 0;
}

int
main(void)
{
	struct maildir_source s = { "", 0, source_path, 3, 8 };
	char path[400], got[64];
	struct stat st;
	int fd;

	if (mkdtemp(top) == NULL ||
	    (base = open(top, O_RDONLY | O_DIRECTORY)) == -1)
		return 111;
	snprintf(source_path, sizeof source_path, "%s/.source", top);
	fd = open(source_path, O_WRONLY | O_CREAT, 0600);
	if (fd == -1 || write(fd, "123mess\0ge", 10) != 10)
		return 111;
	close(fd);
	ok(maildir_open(base, "bob", 0) == -1 && errno == ENOENT, "no mailbox");
	fd = maildir_open(base, "bob", 1);
	ok(fd != -1, "made");
	close(fd);
	rmdir((snprintf(path, sizeof path, "%s/bob/cur", top), path));
	fd = maildir_open(base, "bob", 0);
	ok(fd != -1 && rmdir(path) == 0, "one that lacks cur is completed");
	close(fd);
	/* below and from DURABLE_ALL_FROM on, and a whole batch */
	add(DURABLE_ALL_FROM - 1, "bob");
	is_num(count("bob/tmp"), DURABLE_ALL_FROM - 1,
	    "in tmp until committed");
	is_num(count("bob/new"), 0, "and not in new");
	snprintf(path, sizeof path, "%s/bob/new/%s", top, batch.item[0].name);
	commit();
	is_num(count("bob/tmp"), 0, "none in tmp");
	is_num(count("bob/new"), DURABLE_ALL_FROM - 1, "all in new");
	fd = open(path, O_RDONLY);
	memset(got, 0, sizeof got);
	ok(fd != -1 && read(fd, got, sizeof got - 1) == 12, "length");
	is_str(got, "X: y\nmess ge", "content, without NUL");
	ok(fstat(fd, &st) == 0 && (st.st_mode & 0777) == 0600, "mode");
	close(fd);
	ok(strstr(path, "/1790000000.M123456P") != NULL &&
		strstr(path, ",S=12") != NULL,
	    "name");
	add(MAILDIR_BATCH_MAX / 2, "ann");
	add(MAILDIR_BATCH_MAX / 2, "eve");
	commit();
	is_num(count("ann/new"), MAILDIR_BATCH_MAX / 2, "a whole batch");
	is_num(count("eve/new"), MAILDIR_BATCH_MAX / 2, "for two");
	/* a file that is shorter than said leaves nothing */
	ok(maildir_add(&batch, maildir_open(base, "bob", 0), &s, 1) == NULL &&
		errno == EIO,
	    "too short");
	is_num(count("bob/tmp"), 0, "nothing is left of it");
	s.path = "/nonexistent";
	ok(maildir_add(&batch, maildir_open(base, "bob", 0), &s, 1) == NULL &&
		errno == ENOENT,
	    "no file");
	is_num(batch.n, 0, "none is in the batch");
	/* what cannot be moved is an error of that one alone */
	add(1, "ann");
	add(1, "bob");
	snprintf(path, sizeof path, "rm -r %s/ann/new", top);
	if (system(path) != 0)
		return 111;
	maildir_commit(&batch);
	ok(batch.item[0].error == ENOENT && batch.item[1].error == 0,
	    "one of two");
	is_num(count("ann/tmp"), 0, "nothing is left of it");
	snprintf(path, sizeof path, "rm -r %s", top);
	return system(path) != 0 ? 111 : done();
}
