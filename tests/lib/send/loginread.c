/* the file of logins: limits; what else may be wrong with it stands in
 * tests/cmd/remote-send-login.t */
#include "send/loginread.h"
#include "smtp/authout.h"
#include "tap.h"
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static char path[] = "/dev/shm/loginread.XXXXXX";

/* a file with a line of so long a user and password, and so many bytes */
static void
write_file(int user, int password, size_t bytes)
{
	FILE *f = fopen(path, "w");
	int n;

	n = fprintf(f, "a b c\nname %0*d %0*d\n#", user, 0, password, 0);
	for (; (size_t)n < bytes; n++)
		fputc('x', f);
	fclose(f);
}

static void
read_it(const char *name, const char *want)
{
	char why[LOGINREAD_WHY], file[100];
	struct loginread l;

	if (loginread(&l, path, name, why) == 0) {
		is_str("", want, name);
		loginread_free(&l);
		ok(l.user == NULL && l.room == NULL, "nothing is left");
		return;
	}
	snprintf(file, sizeof file, "%s: %s: %s", name, path, want);
	is_str(why, file, want);
}

int
main(void)
{
	char why[LOGINREAD_WHY];
	struct loginread l;

	close(mkstemp(path));
	write_file(AUTHOUT_USER_MAX, AUTHOUT_PASSWORD_MAX, 0);
	is_num(loginread(&l, path, "a", why), 0, "a login");
	is_str(l.user, "b", "its user");
	is_str(l.password, "c", "its password");
	loginread_free(&l);
	is_num(loginread(&l, path, "name", why), 0, "the longest");
	is_num((long)strlen(l.user), AUTHOUT_USER_MAX, "user");
	is_num((long)strlen(l.password), AUTHOUT_PASSWORD_MAX, "password");
	loginread_free(&l);
	read_it("nam", "no such login in it");
	read_it("#", "no such login in it");
	write_file(AUTHOUT_USER_MAX + 1, 1, 0);
	read_it("name", "too long a login");
	write_file(1, AUTHOUT_PASSWORD_MAX + 1, 0);
	read_it("name", "too long a login");
	write_file(1, 1, LOGINREAD_BYTES_MAX);
	read_it("name", "");
	write_file(1, 1, LOGINREAD_BYTES_MAX + 1);
	read_it("name", "too large");
	write_file(1, 1, 0);
	chmod(path, 0604);
	read_it("name", "others may read or write it: chmod 600");
	chmod(path, 0620);
	read_it("name", "others may read or write it: chmod 600");
	unlink(path);
	is_num(loginread(&l, NULL, "name", why), -1, "no file");
	is_str(why, "name: there is no -L", "why");
	return done();
}
