#include "admin/adminconf.h"
#include "base/ascii.h"
#include "base/fd.h"
#include "base/newfile.h"
#include "conf/confname.h"
#include "conf/word.h"
#include "crypt/digest.h"
#include "mail/date.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

/* the texts of the tables in force, conf-build(8) */
static const char built[] = ".built";

int
adminconf_known(const char *name)
{
	size_t n = strlen(name);

	return word_name(name, n) && confname_of(name) == CONFNAME_KNOWN &&
	    (n < 4 || strcmp(name + n - 4, ".cdb") != 0);
}

void
adminconf_digest(const char *p, size_t n, char out[ADMINCONF_DIGEST + 1])
{
	unsigned char sum[DIGEST_LEN];
	struct digest d;
	size_t i;

	digest_init(&d);
	digest_add(&d, p, n);
	digest_end(&d, sum);
	for (i = 0; i < DIGEST_LEN; i++)
		ascii_hex(out + 2 * i, sum[i]);
	out[ADMINCONF_DIGEST] = '\0';
}

static int
path_of(char out[PATH_MAX], const char *dir, const char *name)
{
	if (snprintf(out, PATH_MAX, "%s/%s", dir, name) < PATH_MAX)
		return 0;
	errno = ENAMETOOLONG;
	return -1;
}

int
adminconf_read(const char *dir, const char *name, struct buf *out)
{
	char path[PATH_MAX], *text;
	size_t n;
	int r;

	if (path_of(path, dir, name) == -1)
		return -1;
	if (fd_slurp(path, ADMINCONF_TEXT_MAX, &text, &n) == -1)
		return errno == ENOENT ? 0 : -1;
	r = buf_put(out, text, n);
	free(text);
	return r == -1 ? -1 : 1;
}

/* what there is */

static int
is_same(const char *dir, const char *name, const struct buf *text)
{
	struct buf other = { 0 };
	char path[PATH_MAX];
	int r = path_of(path, dir, built) == -1
	    ? 0
	    : adminconf_read(path, name, &other);

	if (r == 1)
		r = buf_len(&other) == buf_len(text) &&
		    (buf_len(text) == 0 ||
			memcmp(buf_data(&other), buf_data(text),
			    buf_len(text)) == 0);
	else
		r = -1;
	buf_free(&other);
	return r;
}

static int
put_one(struct buf *out, const char *dir, const char *name)
{
	static const char *const words[] = { "null", "false", "true" };
	char path[PATH_MAX], date[DATE_ISO_LEN + 1];
	char digest[ADMINCONF_DIGEST + 1];
	struct buf text = { 0 };
	struct stat st;
	int r;

	if (path_of(path, dir, name) == -1 || stat(path, &st) == -1 ||
	    !S_ISREG(st.st_mode) || adminconf_read(dir, name, &text) != 1) {
		buf_free(&text);
		return 0;
	}
	adminconf_digest(buf_data(&text), buf_len(&text), digest);
	date_iso(date, st.st_mtime, 0);
	r = buf_printf(out,
	    "%s{\"name\":\"%s\",\"size\":%zu,\"modified\":\"%.19sZ\","
	    "\"digest\":\"%s\",\"in-force\":%s}",
	    buf_len(out) > 0 ? ",\n" : "", name, buf_len(&text), date, digest,
	    words[is_same(dir, name, &text) + 1]);
	buf_free(&text);
	return r;
}

int
adminconf_list(const char *dir, struct buf *out)
{
	struct dirent **d;
	struct buf all = { 0 };
	int i, n = scandir(dir, &d, NULL, alphasort), r = 0;

	if (n == -1)
		return -1;
	for (i = 0; i < n; i++) {
		if (r == 0 && adminconf_known(d[i]->d_name))
			r = put_one(&all, dir, d[i]->d_name);
		free(d[i]);
	}
	free(d);
	if (r == 0)
		r = buf_printf(out, "{\"files\":[\n%.*s\n]}\n",
		    (int)buf_len(&all),
		    buf_len(&all) == 0 ? "" : buf_data(&all));
	buf_free(&all);
	return r == 0 ? 0 : -1;
}

/* changes */

int
adminconf_lock(const char *dir, int *lock)
{
	char path[PATH_MAX];

	if (path_of(path, dir, ".http-admin.lock") == -1)
		return -1;
	*lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (*lock != -1 && fd_lock(*lock, ADMINCONF_LOCK_MS) == -1)
		fd_drop(lock);
	return *lock == -1 ? -1 : 0;
}

static int
sync_folder(const char *dir)
{
	int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC), r;

	if (fd == -1)
		return -1;
	r = fsync(fd);
	fd_fail(fd);
	return r;
}

int
adminconf_write(const char *dir, const char *name, const struct buf *text)
{
	char path[PATH_MAX], temp[PATH_MAX];
	struct newfile_rights rights = { 0644, (uid_t)-1, (gid_t)-1 };
	struct stat st;

	if (path_of(path, dir, name) == -1)
		return -1;
	if (text == NULL)
		return unlink(path) == -1 && errno != ENOENT ? -1
							     : sync_folder(dir);
	if (stat(path, &st) == 0) {
		rights.mode = st.st_mode & 0777;
		if (geteuid() == 0) {
			rights.uid = st.st_uid;
			rights.gid = st.st_gid;
		}
	}
	if (newfile_beside(path, text, &rights, temp) == -1)
		return -1;
	if (rename(temp, path) == -1)
		return newfile_drop(temp);
	return sync_folder(dir);
}

/* a copy */

/* a text into the copy: 0, or -1 with errno */
static int
copy_one(const char *from, const char *name, const char *to)
{
	struct buf text = { 0 };
	char path[PATH_MAX];
	int r = adminconf_read(from, name, &text), fd;

	if (r == 1) {
		fd = path_of(path, to, name) == -1
		    ? -1
		    : open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
		r = fd == -1
		    ? -1
		    : fd_write_all(fd, buf_data(&text), buf_len(&text));
		fd_fail(fd);
	}
	buf_free(&text);
	return r == -1 ? -1 : 0;
}

static int
copy_all(const char *from, const char *to, const char *but)
{
	struct dirent **d;
	int i, n = scandir(from, &d, NULL, alphasort), r = 0;

	if (n == -1)
		return errno == ENOENT ? 0 : -1;
	for (i = 0; i < n; i++) {
		if (r == 0 && adminconf_known(d[i]->d_name) &&
		    (but == NULL || strcmp(d[i]->d_name, but) != 0))
			r = copy_one(from, d[i]->d_name, to);
		free(d[i]);
	}
	free(d);
	return r;
}

static int
fill_copy(const char *dir, const char *name, const struct buf *text,
    const char *copy)
{
	char from[PATH_MAX], to[PATH_MAX];

	if (path_of(from, dir, built) == -1 || path_of(to, copy, built) == -1 ||
	    mkdir(to, 0700) == -1 || copy_all(from, to, NULL) == -1 ||
	    copy_all(dir, copy, name) == -1)
		return -1;
	return adminconf_write(copy, name, text);
}

int
adminconf_copy(const char *dir, const char *name, const struct buf *text,
    char out[ADMINCONF_COPY])
{
	const char *tmp = getenv("TMPDIR");
	int e;

	if (tmp == NULL || tmp[0] != '/' || strlen(tmp) > ADMINCONF_COPY / 2)
		tmp = "/tmp";
	snprintf(out, ADMINCONF_COPY, "%s/http-admin.XXXXXX", tmp);
	if (mkdtemp(out) == NULL)
		return -1;
	if (fill_copy(dir, name, text, out) == 0)
		return 0;
	e = errno;
	adminconf_remove(out);
	errno = e;
	return -1;
}

/* the files of a folder, and it */
static void
remove_folder(const char *dir)
{
	struct dirent **d;
	char path[PATH_MAX];
	int i, n = scandir(dir, &d, NULL, NULL);

	for (i = 0; i < n; i++) {
		if (path_of(path, dir, d[i]->d_name) == 0)
			unlink(path);
		free(d[i]);
	}
	if (n != -1)
		free(d);
	rmdir(dir);
}

void
adminconf_remove(const char *copy)
{
	char path[PATH_MAX];

	if (path_of(path, copy, built) == 0)
		remove_folder(path);
	remove_folder(copy);
}
