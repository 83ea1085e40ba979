// Reads every archive in one folder with archive/tar and writes what it read into another. Headers are changed only as
// trowel changes them while it reads.
// An archive that it cannot read or write leaves a file NAME.error instead.
package main

import (
	"archive/tar"
	"bytes"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

func recode(in []byte) ([]byte, error) {
	var out bytes.Buffer
	reader, writer := tar.NewReader(bytes.NewReader(in)), tar.NewWriter(&out)
	for {
		header, err := reader.Next()
		if err == io.EOF {
			err = writer.Close()
			return out.Bytes(), err
		}
		if err != nil {
			return nil, err
		}
		if header.Typeflag == tar.TypeXGlobalHeader {
			continue
		}
		normalise(header)
		if err := writer.WriteHeader(header); err != nil {
			return nil, err
		}
		if _, err := io.Copy(writer, reader); err != nil {
			return nil, err
		}
	}
}

const (
	permissions = 0o7777
	largest     = 1 << 53
	epoch       = 315532801
)

func normalise(header *tar.Header) {
	header.Mode &= permissions
	header.Devmajor, header.Devminor = 0, 0
	if header.Typeflag == tar.TypeCont {
		header.Typeflag = tar.TypeReg
	}
	if header.Typeflag != tar.TypeLink && header.Typeflag != tar.TypeSymlink {
		header.Linkname = ""
	}
	if !isText(header.Uname) {
		header.Uname = ""
	}
	if !isText(header.Gname) {
		header.Gname = ""
	}
	if seconds := header.ModTime.Unix(); seconds >= largest || seconds <= -largest {
		header.ModTime = time.Unix(epoch, 0)
	}
}

func isText(name string) bool {
	return utf8.ValidString(name) && !strings.ContainsFunc(name, unicode.IsControl)
}

func main() {
	files, err := filepath.Glob(filepath.Join(os.Args[1], "*"))
	if err != nil {
		panic(err)
	}
	for _, file := range files {
		in, err := os.ReadFile(file)
		if err != nil {
			panic(err)
		}
		target := filepath.Join(os.Args[2], filepath.Base(file))
		out, err := recode(in)
		if err != nil {
			target, out = target+".error", []byte(err.Error())
		}
		if err := os.WriteFile(target, out, 0o644); err != nil {
			panic(err)
		}
	}
}
