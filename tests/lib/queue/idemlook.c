#include "queue/idemfiles.h"
#include "queue/intake.h"
#include "queue/layout.h"
#include "format/netstring.h"
#include "tap.h"
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

static char dir[] = "/tmp/rohrpost.XXXXXX";
static struct idemstore s;
static struct intake in;

/* a message into the queue; its id */
static const char *
message(const char *text)
{
	struct intake_stream stream = { .file.fd = -1 };
	static char id[NAME_LEN + 1];
	struct buf parcel = { 0 };

	netstring_put(&parcel, text, strlen(text));
	if (intake_feed(&in, &stream, buf_data(&parcel), buf_len(&parcel)) !=
		(long)buf_len(&parcel) ||
	    intake_commit(&in) == -1 || in.done[0].kind != RECEIPT_OK)
		exit(1);
	memcpy(id, in.done[0].id, sizeof id);
	intake_clear(&in);
	buf_free(&parcel);
	return id;
}

static void
pending(const char *id)
{
	s.pending[s.n_pending].key.of[0]++;
	memcpy(s.pending[s.n_pending++].id, id, NAME_LEN);
}

/* the end of its file is another one */
static void
damage(const char *id)
{
	char path[NAME_PATH_LEN + 1];
	int fd;

	name_path(path, id);
	fd = openat(s.root, path, O_WRONLY | O_APPEND);
	if (fd == -1 || lseek(fd, -1, SEEK_END) == -1 ||
	    ftruncate(fd, lseek(fd, 0, SEEK_CUR)) == -1)
		exit(1);
	close(fd);
}

static void
journal(const char *id)
{
	int fd = openat(s.root, "done/0000000001",
	    O_WRONLY | O_CREAT | O_APPEND, 0600);

	if (fd == -1 || dprintf(fd, "%s 0 S 1\n", id) == -1)
		exit(1);
	close(fd);
}

int
main(void)
{
	static const char text[] = "from a@b\nto c@d\n\nhello\n";
	const char *what, *id;
	char there[COMMIT_FILES_MAX], command[64], path[NAME_PATH_LEN + 1];

	if (mkdtemp(dir) == NULL || layout_make(dir, &what) == -1 ||
	    intake_open(&in, dir, COMMIT_TRY) == -1)
		return 1;
	in.size_max = in.rcpts_max = 1000;
	idemstore_init(&s, in.commit.root);
	if (idemfiles_open(&s) == -1 || idemtable_open(&s.table, 100) == -1 ||
	    idemfiles_read(&s) == -1 || idemfiles_turn(&s, 0) == -1)
		return 1;
	is_num(idemfiles_look(&s, there), 0, "nothing to look for");
	pending(message(text));
	id = message(text);
	damage(id);
	pending(id);
	id = message(text);
	journal(id);
	name_path(path, id);
	unlinkat(s.root, path, 0);
	pending(id);
	id = message(text);
	name_path(path, id);
	unlinkat(s.root, path, 0);
	pending(id);
	is_num(idemfiles_look(&s, there), 0, "four messages");
	is_num(there[0], 1, "one is there");
	is_num(there[1], 0, "one is damaged");
	is_num(there[2], 1, "one has been delivered");
	is_num(there[3], 0, "one is nowhere");
	is_num(idemfiles_mark(&s, there), 0, "they are marked");
	is_num(s.n_pending, 0, "none is left");
	is_num(s.table.n, 2, "and two are known");
	snprintf(command, sizeof command, "rm -rf %s", dir);
	ok(system(command) == 0, "the folder is removed");
	return done();
}
