using System.Runtime.CompilerServices;
using System.Text.Json;
using Bellman.Numerics;

namespace Bellman.Cli.Tests;

/// <summary>Environments in the user's own files, wherever an id is: built, cached, loaded, unloaded, and refused in one piece.</summary>
public sealed class OwnEnvironmentTests(OwnEnvironmentTests.SharedFolder shared) : IClassFixture<OwnEnvironmentTests.SharedFolder>
{
    private const string Lever = """
        using Bellman;
        using Bellman.Numerics;

        public sealed class Lever(int levers = 3, double prize = 1) : IEnvironment
        {
            private RandomStream stream = new(0);
            private int lit, steps;
            public Space ObservationSpace { get; } = new DiscreteSpace(levers);
            public Space ActionSpace { get; } = new DiscreteSpace(levers);
            public void Reset(RandomStream random, RowWriter observation)
            {
                (stream, steps) = (random, 0);
                observation.Integers[0] = lit = random.Choice(levers);
            }

            public StepResult Step(RowReader action, RowWriter observation)
            {
                var reward = action.Integers[0] == lit ? prize : 0;
                observation.Integers[0] = lit = stream.Choice(levers);
                return new StepResult(reward, Terminated: false, Truncated: ++steps == 10);
            }

            public void Dispose()
            {
            }
        }

        """;

    private readonly CommandProcess command = shared.Command;

    private string Cache => Path.Combine(command.Folder, "cache");

    [Fact]
    public void SourceFile_IsCheckedTrainedAndEvaluated_FromAnyFolder()
    {
        // The file-based program's own references to Bellman are those of the running command.
        var path = Write("lever.cs", "#:package Bellman@0.1.0\n" + Lever);
        var (code, output, error) = command.Run("check", "lever.cs", "--env-set", "levers=4", "--episodes", "5", "--json");
        Assert.Equal((0, ""), (code, error));
        var report = JsonDocument.Parse(output).RootElement;
        Assert.Equal("Discrete(4)", report.GetProperty("action").GetString());

        (code, output, error) = command.Run("train", "ppo", "lever.cs", "--steps", "4000", "--env-set", "levers=2", "--eval-episodes", "10", "--json", "--quiet");
        Assert.Equal((0, ""), (code, error));
        var result = JsonDocument.Parse(output).RootElement;
        Assert.Equal(path, result.GetProperty("environment").GetString());
        Assert.Equal(Path.Combine("runs", "lever", "ppo-1-1"), result.GetProperty("run").GetString());
        Assert.Equal(10, result.GetProperty("evaluation").GetProperty("mean").GetDouble());

        // Without --environment the run says where its environment lies, options and all.
        var run = Path.Combine(command.Folder, result.GetProperty("run").GetString()!);
        Directory.CreateDirectory(Path.Combine(command.Folder, "elsewhere"));
        command.WorkingFolder = Path.Combine(command.Folder, "elsewhere");
        (code, output, error) = command.Run("eval", run, "--episodes", "10", "--json");
        Assert.Equal((0, ""), (code, error));
        Assert.Equal(result.GetProperty("evaluation").GetRawText(), output.Trim());

        command.WorkingFolder = command.Folder;

        // A run of one is gone on with under the same name alone.
        (code, _, error) = command.Run("train", "ppo", "./elsewhere/../lever.cs", "--resume", run, "--steps", "6000", "--quiet");
        Assert.Equal((0, ""), (code, error));

        // Both have moved to another folder, as to another machine.
        Directory.Move(run, Path.Combine(command.Folder, "elsewhere", "moved"));
        File.Copy(path, Path.Combine(command.Folder, "elsewhere", "lever.cs"));
        command.WorkingFolder = Path.Combine(command.Folder, "elsewhere");
        Assert.Contains("is " + path, command.Run("train", "ppo", "lever.cs", "--resume", "moved").Error);
        File.Delete(path);
        (code, _, error) = command.Run("train", "ppo", "lever.cs", "--resume", "moved", "--steps", "8000", "--quiet");
        Assert.Equal((0, ""), (code, error));
        Assert.Equal(0, command.Run("eval", "moved", "--episodes", "2").Code);
        command.WorkingFolder = command.Folder;
    }

    [Fact]
    public void WhatCannotBeMade_IsAFindingOfCheck_AndOneSentenceOfTrain()
    {
        // Many in one file, which is built once.
        string Variant(string name, string members) => Lever[Lever.IndexOf("public sealed class", StringComparison.Ordinal)..].Replace("Lever(int levers = 3, double prize = 1)", name, StringComparison.Ordinal).Replace("levers", "3", StringComparison.Ordinal).Replace("prize", members, StringComparison.Ordinal);
        Write("faulty.cs", "using Bellman;\nusing Bellman.Numerics;\n"
            + Variant("Endless", "double.NaN")
            + Variant("Unlicensed", "1").Replace("private int lit", "private readonly int licence = int.Parse(\"none\"); private int lit", StringComparison.Ordinal)
            + Variant("Spaceless", "1").Replace("ActionSpace { get; } = new DiscreteSpace(3)", "ActionSpace { get; } = null!", StringComparison.Ordinal));

        var (code, output, error) = command.Run("check", "faulty.cs:Endless", "--episodes", "3", "--json");
        Assert.Equal((1, ""), (code, error));
        Assert.Equal(JsonValueKind.Null, JsonDocument.Parse(output).RootElement.GetProperty("randomPolicy").GetProperty("mean").ValueKind);

        (code, output, _) = command.Run("check", "faulty.cs:Unlicensed");
        Assert.Equal(1, code);
        Assert.Matches(@"error make\s+expected: .+\s+found: +.*its constructor threw FormatException: .+ \(at Unlicensed\.\.ctor\(\) in .*faulty\.cs:line \d+\)", output);
        Assert.Contains("ActionSpace is null", command.Run("check", "faulty.cs:Spaceless").Output);

        foreach (var (name, expected) in new[] { ("Unlicensed", "'Unlicensed' cannot be made: its constructor threw FormatException"), ("Spaceless", "The ActionSpace of ") })
        {
            (code, _, error) = command.Run("train", "ppo", "faulty.cs:" + name, "--steps", "100", "--quiet");
            Assert.Equal(1, code);
            Assert.Contains(expected, error);
            Assert.Single(error.TrimEnd().Split('\n'));
        }
    }

    [Fact]
    public void BrokenSource_ShowsTheCompilersErrors_WithFileAndLine()
    {
        Write("broken.cs", Lever.Replace("++steps == 10", "++stesp == 10", StringComparison.Ordinal));
        var (code, output, error) = command.Run("check", "broken.cs");
        Assert.Equal((1, ""), (code, output));
        Assert.Contains("does not build", error);
        Assert.Contains("broken.cs(20,71): error CS0103: The name 'stesp' does not exist", error);
        Assert.DoesNotContain("csproj", error);
    }

    [Theory]
    [InlineData("There is no file 'nothing.cs'", "nothing.cs")]
    [InlineData("There is no file 'nothing.dll:Type'", "nothing.dll:Type")]
    [InlineData("is no .NET assembly", "text.dll")]
    [InlineData("no class that implements IEnvironment", "empty.cs")]
    [InlineData("'Crew' in ", "team.cs")]
    [InlineData("has several environments: First, Second; write two.cs:First to name one", "two.cs")]
    [InlineData("Did you mean 'Second'?", "two.cs:Secnd")]
    [InlineData("needs the option 'size'; give it with --env-set size=", "two.cs:First")]
    [InlineData("has no option 'colour'; it has 'levers'", "lever.cs", "--env-set", "colour=red")]
    public void WrongFile_IsOneSentence_AndExitCode2(string expected, params string[] arguments)
    {
        Write("lever.cs", Lever);
        Write("text.dll", "This is text.");
        Write("empty.cs", "public sealed class Nothing;");
        Write("team.cs", "using Bellman; public sealed class Crew : IMultiAgentEnvironment { public int AgentCount => 2; public Space ObservationSpace => ActionSpace; public Space ActionSpace { get; } = new DiscreteSpace(2); "
            + "public void Reset(Bellman.Numerics.RandomStream random, AgentSlots slots) { } public void Step(AgentSlots slots) { } public void Dispose() { } }");
        Write("two.cs", Lever.Replace("Lever(int levers = 3, double prize = 1)", "First(int size)", StringComparison.Ordinal).Replace("levers", "size", StringComparison.Ordinal).Replace("prize", "1", StringComparison.Ordinal)
            + "public sealed class Second : Bellman.Wrapped;\nnamespace Bellman { public abstract class Wrapped : IEnvironment { public Space ObservationSpace => ActionSpace; public Space ActionSpace { get; } = new DiscreteSpace(2); "
            + "public void Reset(Numerics.RandomStream random, RowWriter observation) { } public StepResult Step(RowReader action, RowWriter observation) => default; public void Dispose() { } } }");
        var (code, output, error) = command.Run(["check", .. arguments]);
        Assert.Contains(expected, error);
        Assert.Equal((2, ""), (code, output));
        Assert.Single(error.TrimEnd().Split('\n'));
    }

    [Fact]
    public void Registry_And_VectorEnvironments_TakeFiles_AndSpecGivesTheTimeLimit()
    {
        var path = Write("limited.cs", Lever.Replace("public void Dispose()", "public static EnvironmentSpec Spec { get; } = new() { Id = \"Lever-v0\", Description = \"\", Factory = o => new Lever(o.Integer(\"levers\", 6)), MaxEpisodeSteps = 4 };\n public void Dispose()", StringComparison.Ordinal));
        var environments = new OwnEnvironments { CacheFolder = Cache };
        EnvironmentRegistry.Default.Resolver = environments.Find;
        try
        {
            var spec = EnvironmentRegistry.Default.Get(path);
            Assert.Equal((path, 4), (spec.Id, spec.MaxEpisodeSteps));
            using var vector = VectorEnvironment.Make(path, count: 3, seed: 1);
            Assert.Equal((3, "Discrete(6)"), (vector.EnvironmentCount, vector.ActionSpace.ToString()));
            Assert.True(EnvironmentChecker.Check(path).RandomPlay is { LongestLength: 4 });
            Assert.Throws<ArgumentException>(() => EnvironmentRegistry.Default.Get("CartPole-v9"));
        }
        finally
        {
            EnvironmentRegistry.Default.Resolver = null;
            environments.Clear();
        }
    }

    [Fact]
    public void ChangedFile_IsBuiltAnew_AndTheOldAssemblyIsUnloaded()
    {
        var environments = new OwnEnvironments { CacheFolder = Cache };
        var path = Write("changing.cs", Lever);
        var old = Count(environments, path, expected: 3);
        Write("changing.cs", Lever.Replace("levers = 3", "levers = 12", StringComparison.Ordinal));
        var next = Count(environments, path, expected: 12);
        environments.Clear();
        for (var i = 0; i < 20 && (old.IsAlive || next.IsAlive); i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        Assert.Equal((false, false), (old.IsAlive, next.IsAlive));
    }

    [Fact]
    public void BuiltSource_IsKept_AndABuiltAssemblyIsTakenAsItIs()
    {
        var environments = new OwnEnvironments { CacheFolder = Cache };
        Count(environments, Write("kept.cs", Lever), expected: 3);
        var built = Assert.Single(Directory.GetFiles(environments.CacheFolder, "kept.dll", SearchOption.AllDirectories), file => Path.GetFileName(Path.GetDirectoryName(file)) == "out");
        var written = File.GetLastWriteTimeUtc(built);
        Count(new OwnEnvironments { CacheFolder = environments.CacheFolder }, Path.Combine(command.Folder, "kept.cs"), expected: 3);
        Assert.Equal(written, File.GetLastWriteTimeUtc(built));
        Count(environments, built, expected: 3);
        Count(environments, built + ":Lever", expected: 3);
    }

    // Not inlined, so that nothing on the stack holds what was loaded.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static WeakReference Count(OwnEnvironments environments, string path, int expected)
    {
        using var environment = environments.Find(path)!.Factory(new EnvironmentOptions());
        Assert.Equal(expected, ((DiscreteSpace)environment.ActionSpace).Count);
        var observation = new Rows(environment.ObservationSpace.Layout, 1);
        environment.Reset(new RandomStream(1), observation.Writer(0));
        return new WeakReference(environment.GetType().Assembly);
    }

    private string Write(string name, string text)
    {
        var path = Path.Combine(command.Folder, name);
        File.WriteAllText(path, text);
        return path;
    }

    /// <summary>One folder for all tests, so that a file is built once.</summary>
    public sealed class SharedFolder : IDisposable
    {
        public SharedFolder() => Command.Variables["BELLMAN_CACHE"] = Path.Combine(Command.Folder, "cache");

        internal CommandProcess Command { get; } = new();

        public void Dispose() => Command.Dispose();
    }
}
