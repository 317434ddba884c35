/* who has a mailbox: Maildirs, the file users, the system */
#include "base/cdbwrite.h"
#include "local/mailbox.h"
#include "tap.h"
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static char dir[] = "/tmp/mailbox.XXXXXX";
static struct softtable users;
static struct mailbox_conf conf;
static const char *const word[] = { "none", "here", "listed", "unsure" };

static const char *
at(const char *name)
{
	static char path[100];

	snprintf(path, sizeof path, "%s/%s", dir, name);
	return path;
}

static const char *
find(const char *user, const char *domain)
{
	return word[mailbox_find(&conf, (struct slice){ user, strlen(user) },
	    (struct slice){ domain, strlen(domain) })];
}

/* the file users as it would be compiled */
static void
list(const char *const *key, size_t n)
{
	static struct cdbwrite w;
	size_t i;

	buf_free(&w.out);
	memset(&w, 0, sizeof w);
	for (i = 0; i < n; i++)
		cdbwrite_add(&w, key[i], strlen(key[i]), "1", 1);
	cdbwrite_finish(&w);
	memset(&users, 0, sizeof users);
	users.state = users.table.open = 1;
	users.table.cdb.map = buf_data(&w.out);
	users.table.cdb.size = (uint32_t)buf_len(&w.out);
	conf.users = &users;
}

static void
by_folders(void)
{
	static const char *const odd[] = { "", ".", "..", "../x", "-rf", "|id",
		"ann/new", "ann/", "/etc", "a\nb", ":system" };
	size_t i;

	conf.dir = at("gone");
	is_str(find("ann", ""), "unsure", "no directory of Maildirs");
	mkdir(at("mail"), 0700);
	conf.dir = strdup(at("mail"));
	is_str(find("ann", ""), "unsure", "one without any Maildir");
	mkdir(at("mail/ann"), 0700);
	is_str(find("ann", "any.example"), "here", "a Maildir");
	is_str(find("eve", ""), "none", "nobody");
	is_str(find("Ann", ""), "none", "another case");
	is_num(symlink("/nonexistent/home", at("mail/link")), 0, "a link");
	is_str(find("link", ""), "here", "it may lead to one");
	close(open(at("mail/file"), O_CREAT | O_WRONLY, 0600));
	is_str(find("file", ""), "unsure", "a file");
	mkdir(at("x"), 0700);
	for (i = 0; i < sizeof odd / sizeof *odd; i++)
		is_str(find(odd[i], ""), "none", odd[i]);
	rmdir(at("x"));
}

/* where a directory has one link, whatever is in it: so has each of these in
 * the proc file system, the first one files alone */
static void
uncounted(void)
{
	static const char *const path[] = { "/proc/sys/fs/epoll", "/proc/sys" };
	const char *mail = conf.dir;
	struct stat st;
	size_t i;

	for (i = 0; i < 2; i++) {
		if (stat(path[i], &st) == -1 || st.st_nlink != 1) {
			ok(1, "it is counted here # SKIP");
			continue;
		}
		conf.dir = path[i];
		is_str(find("eve", ""), i == 0 ? "unsure" : "none", path[i]);
	}
	conf.dir = mail;
}

static void
by_list(void)
{
	static const char *const some[] = { "eve", "joe@b.example" },
				 *const all[] = { "", "eve" };

	list(some, 2);
	is_str(find("eve", "a.example"), "listed", "everywhere");
	is_str(find("joe", "b.example"), "listed", "at one domain");
	is_str(find("joe", "a.example"), "none", "not at another");
	is_str(find("ann", "a.example"), "here", "who has one needs no line");
	is_str(find("root", "a.example"), "none", "the system is not asked");
	mailbox_prepare(&conf);
	list(all, 2);
	mailbox_prepare(&conf);
	is_str(find("root", "a.example"), "listed", ":system");
	is_str(find("no-such-user-here", ""), "none", "whom it does not know");
	is_str(find("-rf", ""), "none", "not even asked for");
	users.state = -1;
	is_str(find("eve", ""), "unsure", "a list that cannot be read");
	is_str(find("ann", ""), "here", "is not needed for a Maildir");
	list(some, 2);
	conf.dir = NULL;
	is_str(find("eve", ""), "listed", "no Maildirs here");
	is_str(find("ann", ""), "none", "then the list says all");
}

static void
not_allowed(void)
{
	if (getuid() == 0) {
		ok(1, "root may look everywhere # SKIP");
		return;
	}
	conf.dir = at("mail");
	conf.users = NULL;
	chmod(conf.dir, 0100);
	is_str(find("ann", ""), "here", "it need not be readable");
	is_str(find("eve", ""), "none", "for nobody, too");
	chmod(conf.dir, 0600);
	is_str(find("ann", ""), "unsure", "but searchable");
	chmod(conf.dir, 0700);
}

int
main(void)
{
	if (mkdtemp(dir) == NULL)
		return 111;
	by_folders();
	uncounted();
	by_list();
	not_allowed();
	unlink(at("mail/file"));
	unlink(at("mail/link"));
	rmdir(at("mail/ann"));
	rmdir(at("mail"));
	rmdir(dir);
	return done();
}
