// Times short programs: starts every variant once a round, each round beginning with another one, so that what slows the machine down
// slows all of them. Small and compiled, because a runner that takes as long as what it times hides the difference.
//
//	runner <PLAN.json >RESULT.json         runs a plan
//	runner time FILE COMMAND [ARGUMENT…]   runs one command and writes its wall time in ms to FILE; ends as it ended
package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"time"
)

type plan struct {
	WarmUp   int       `json:"warmUp"`
	Rounds   int       `json:"rounds"`
	Variants []variant `json:"variants"`
}

type variant struct {
	Name        string            `json:"name"`
	Command     []string          `json:"command"`
	Environment map[string]string `json:"environment"`
	Directory   string            `json:"directory"`
	Stdin       string            `json:"stdin"`
	// Removed before each run.
	Remove []string `json:"remove"`
	// What it has to print, and to end with: nobody should time a program that fails.
	Stdout   *string `json:"stdout"`
	ExitCode int     `json:"exitCode"`
	// Where a `runner time` inside of it writes.
	InnerFile string `json:"innerFile"`
}

type sample struct {
	WallMs  float64 `json:"wallMs"`
	CpuMs   float64 `json:"cpuMs"`
	InnerMs float64 `json:"innerMs"`
}

func main() {
	if len(os.Args) > 3 && os.Args[1] == "time" {
		os.Exit(timeOne(os.Args[2], os.Args[3:]))
	}
	var p plan
	check(json.NewDecoder(os.Stdin).Decode(&p))
	check(json.NewEncoder(os.Stdout).Encode(p.run()))
}

func (p plan) run() map[string][]sample {
	results := map[string][]sample{}
	for round := range p.WarmUp + p.Rounds {
		for index := range p.Variants {
			v := p.Variants[(index+round)%len(p.Variants)]
			s, err := v.run()
			if err != nil {
				check(fmt.Errorf("%s: %w", v.Name, err))
			}
			if round >= p.WarmUp {
				results[v.Name] = append(results[v.Name], s)
			}
		}
	}
	return results
}

func (v variant) run() (sample, error) {
	for _, path := range v.Remove {
		if err := os.RemoveAll(path); err != nil {
			return sample{}, err
		}
	}
	input, err := fileOf(v.Stdin)
	if err != nil {
		return sample{}, err
	}
	defer input.Close()
	output, err := fileOf("")
	if err != nil {
		return sample{}, err
	}
	defer output.Close()
	environment := []string{}
	for name, value := range v.Environment {
		environment = append(environment, name+"="+value)
	}
	path, err := exec.LookPath(v.Command[0])
	if err != nil {
		return sample{}, err
	}
	files := []*os.File{input, output, output}
	attributes := &os.ProcAttr{Dir: v.Directory, Env: environment, Files: files}
	started := time.Now()
	process, err := os.StartProcess(path, v.Command, attributes)
	if err != nil {
		return sample{}, err
	}
	state, err := process.Wait()
	wall := time.Since(started)
	if err != nil {
		return sample{}, err
	}
	s := sample{WallMs: milliseconds(wall), CpuMs: milliseconds(state.SystemTime() + state.UserTime())}
	if err := v.verify(state, output); err != nil {
		return s, err
	}
	if v.InnerFile != "" {
		s.InnerMs, err = readNumber(v.InnerFile)
	}
	return s, err
}

func (v variant) verify(state *os.ProcessState, output *os.File) error {
	if _, err := output.Seek(0, io.SeekStart); err != nil {
		return err
	}
	printed, err := io.ReadAll(output)
	if err != nil {
		return err
	}
	if state.ExitCode() != v.ExitCode {
		return fmt.Errorf("exit code %d, expected %d\n%s", state.ExitCode(), v.ExitCode, printed)
	}
	if v.Stdout != nil && !bytes.Equal(printed, []byte(*v.Stdout)) {
		return fmt.Errorf("printed %q, expected %q", printed, *v.Stdout)
	}
	return nil
}

// A file without a name, at its beginning.
func fileOf(content string) (*os.File, error) {
	file, err := os.CreateTemp("", "bench-")
	if err != nil {
		return nil, err
	}
	if err := os.Remove(file.Name()); err != nil {
		return nil, err
	}
	if _, err := file.WriteString(content); err != nil {
		return nil, err
	}
	_, err = file.Seek(0, io.SeekStart)
	return file, err
}

func timeOne(file string, command []string) int {
	child := exec.Command(command[0], command[1:]...)
	child.Stdin, child.Stdout, child.Stderr = os.Stdin, os.Stdout, os.Stderr
	started := time.Now()
	err := child.Run()
	check(os.WriteFile(file, fmt.Appendf(nil, "%f", milliseconds(time.Since(started))), 0o600))
	var failed *exec.ExitError
	if errors.As(err, &failed) {
		return failed.ExitCode()
	}
	check(err)
	return 0
}

func readNumber(file string) (float64, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return 0, err
	}
	return strconv.ParseFloat(strings.TrimSpace(string(text)), 64)
}

func milliseconds(d time.Duration) float64 {
	return float64(d) / float64(time.Millisecond)
}

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
