/* what a queue says into the books: messages, what is set aside, journal */
#include "base/die.h"
#include "base/exit.h"
#include "queue/auditqueue.h"
#include "queue/name.h"
#include "audittest.h"
#include "queuedir.h"
#include "says.h"
#include <fcntl.h>
#include <sys/stat.h>

static struct audit books;
static struct auditqueue queue = { .books = &books, .name = queuedir };
static int root;

static void
put(const char *name, const char *text)
{
	int fd = openat(root, name, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	ok(write(fd, text, strlen(text)) == (ssize_t)strlen(text), name);
	close(fd);
}

/* a message of two recipients in these states */
static void
put_message(const char *id, const char *states)
{
	char lines[700], whole[800], path[NAME_PATH_LEN + 1];
	int n;

	n = snprintf(lines, sizeof lines,
	    "from a@example.com\n"
	    "to %c - 00000 0000000000 %-200s a@example.org\n"
	    "to %c - 00000 0000000000 %-200s b@example.org\n\n",
	    states[0], "", states[1], "");
	snprintf(whole, sizeof whole,
	    "rohrpost 1 %010d %015d %07d\n%sSubject: x\n\nhello\n", 46 + n, 18,
	    2, lines);
	name_path(path, id);
	put(path, whole);
}

static void
begin(void)
{
	static const char a[] = "ts:x\tev:accepted\tid:" A "\trcpts:2\n",
			  b[] = "ts:x\tev:accepted\tid:" B "\trcpts:2\n";

	audit_free(&books);
	auditqueue_free(&queue);
	memset(&books, 0, sizeof books);
	memset(&queue, 0, sizeof queue);
	queue.books = &books;
	queue.name = queuedir;
	audit_event(&books, a, strlen(a));
	audit_event(&books, b, strlen(b));
	audit_log_end(&books, AUDIT_QUEUE_STOPPED, 0);
}

static const char *
balance_of(void)
{
	begin();
	auditqueue_read(&queue, root);
	return balance(&books);
}

static void
messages(void)
{
	put_message(A, "QS");
	is_str(balance_of(),
	    "4=1+1+0+0+0 lost 2 double 0 bad 1 old 0 doubt 0 un 1",
	    "a message");
	put_message(B, "QQ");
	is_str(balance_of(),
	    "4=3+1+0+0+0 lost 0 double 0 bad 1 old 0 doubt 0 un 1", "two");
	put("done/0000000002", B " 0 B\n");
	put("done/0000000001", B " 0 S\n" B " 1 S\n");
	put("done/notes", A " 0 S\n");
	is_str(balance_of(),
	    "4=1+2+1+0+0 lost 0 double 0 bad 3 old 0 doubt 0 un 3",
	    "the journal in its order, and nothing else in its folder");
	unlinkat(root, "done/0000000001", 0);
	unlinkat(root, "done/0000000002", 0);
	unlinkat(root, "done/notes", 0);
}

static void
read_all(const void *arg)
{
	const unsigned *unread = arg;

	begin();
	auditqueue_read(&queue, root);
	_exit(queue.unread == *unread ? 0 : 1);
}

static void
trouble(void)
{
	static const unsigned none = 0, one = 1;
	char path[NAME_PATH_LEN + 1], *name[] = { "test", NULL };
	const char *said;
	int status;

	prog_init(name);
	is_str(says(read_all, &none, &status), "", "all is read");
	is_num(status, 0, "and nothing counted");
	name_path(path, B);
	put(path, "rohrpost 1 half a");
	said = says(read_all, &one, &status);
	is_num(status, 0, "a message that is none is counted");
	ok(strstr(said, B ": no whole message\n") != NULL, "says so");
	unlinkat(root, path, 0);
	put_message(B, "S?");
	said = says(read_all, &one, &status);
	is_num(status, 0, "one with a damaged recipient is counted");
	ok(strstr(said, B ": no whole message\n") != NULL, "says so");
	unlinkat(root, path, 0);
	ok(symlinkat("/dev/null", root, path) == 0, "a link");
	said = says(read_all, &one, &status);
	is_num(status, 0, "is not followed");
	ok(strstr(said, "unable to open ") != NULL, "says so");
	unlinkat(root, path, 0);
	ok(renameat(root, "done", root, "gone") == 0, "no journal");
	said = says(read_all, &none, &status);
	is_num(status, EXIT_TEMP, "is no queue");
	ok(strstr(said, "unable to read ") != NULL, "says so");
	renameat(root, "gone", root, "done");
}

static unsigned set_aside;

static void
found(void *arg, enum audit_kind kind, const char *id, unsigned n,
    const char *text)
{
	(void)arg;
	(void)n;
	(void)text;
	set_aside += kind == AUDIT_ASIDE && strcmp(id, B) == 0;
}

static void
aside(void)
{
	struct audit_balance b;

	mkdirat(root, "aside", 0700);
	put("aside/" B, "");
	begin();
	auditqueue_read(&queue, root);
	audit_balance(&books, &b, found, NULL);
	is_num(set_aside, 1, "what was set aside");
}

static void
state(void)
{
	is_num(auditqueue_state(root), AUDIT_QUEUE_UNKNOWN,
	    "no queue-run has been there");
	put("lock", "");
	is_num(auditqueue_state(root), AUDIT_QUEUE_STOPPED, "it has stopped");
	put("lock", "123\n");
	is_num(auditqueue_state(root), AUDIT_QUEUE_DEAD, "it was killed");
}

int
main(void)
{
	queuedir_make();
	root = open(queuedir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	ok(root != -1, "a queue");
	unlinkat(root, "lock", 0);
	messages();
	trouble();
	aside();
	state();
	audit_free(&books);
	auditqueue_free(&queue);
	close(root);
	queuedir_remove();
	return done();
}
