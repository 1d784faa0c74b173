namespace Bellman.Tests;

/// <summary>Ids and options: what is taken, and what the errors say.</summary>
public sealed class EnvironmentRegistryTests
{
    [Fact]
    public void MisspeltId_IsAnsweredWithTheNearest() =>
        Assert.Contains("Did you mean 'CartPole-v1'?", Error(() => EnvironmentRegistry.Default.Get("Cartpol-v1")), StringComparison.Ordinal);

    [Fact]
    public void StrangeId_IsAnsweredWithoutAGuess() =>
        Assert.DoesNotContain("Did you mean", Error(() => EnvironmentRegistry.Default.Get("Chess-v0")), StringComparison.Ordinal);

    [Fact]
    public void WrongVersion_IsAnsweredWithTheVersionsThereAre() =>
        Assert.Equal("There is no environment 'CartPole-v0'; of CartPole there is CartPole-v1.", Error(() => VectorEnvironment.Make("CartPole-v0")));

    [Fact]
    public void UnknownOption_IsRefusedWithAHint() =>
        Assert.Contains("no option 'gravity'; it has 'g', 'maxEpisodeSteps', 'wrap'.", Error(() => VectorEnvironment.Make("Pendulum-v1", options: Options("gravity", "9"))), StringComparison.Ordinal);

    [Fact]
    public void MisspeltOption_IsAnsweredWithTheNearest() =>
        Assert.EndsWith("Did you mean 'goalVelocity'?", Error(() => VectorEnvironment.Make("MountainCar-v0", options: Options("goal_velocty", "1"))), StringComparison.Ordinal);

    [Fact]
    public void OptionOfTheWrongKind_IsRefused() =>
        Assert.Equal("The option 'g' is 'heavy'; it must be a number.", Error(() => VectorEnvironment.Make("Pendulum-v1", options: Options("g", "heavy"))));

    [Theory]
    [InlineData("suttonBartoReward")]
    [InlineData("SUTTONBARTOREWARD")]
    [InlineData("sutton_barto_reward")]
    public void Option_IsTakenInEitherSpelling(string name)
    {
        using var environment = VectorEnvironment.Make("CartPole-v1", options: Options(name, "true"));
        var (step, actions) = VectorEnvironmentTests.Begin(environment);
        environment.Step(actions, step);
        Assert.Equal(0, step.Rewards[0]);
    }

    [Fact]
    public void IdWithoutVersion_IsRefused()
    {
        var registry = new EnvironmentRegistry();
        Assert.Contains("call it 'Counter-v0'", Error(() => registry.Register(Spec("Counter"))), StringComparison.Ordinal);
        registry.Register(Spec("Counter-v0"));
        Assert.Contains("registered already", Error(() => registry.Register(Spec("Counter-v0"))), StringComparison.Ordinal);
        Assert.Equal("Counter-v0", Assert.Single(registry.Specs).Id);
    }

    private static EnvironmentSpec Spec(string id) => new() { Id = id, Description = "Counts.", Factory = _ => new Counter(2) };

    private static Dictionary<string, string> Options(string name, string value) => new() { [name] = value };

    private static string Error(Action action) => Assert.Throws<ArgumentException>(action).Message.Replace(" (Parameter 'spec')", "", StringComparison.Ordinal);
}
