using System.Text.Json.Nodes;
using Bellman.Numerics;

namespace Bellman.Tests;

/// <summary>Settings in layers.</summary>
public sealed class SettingsOverlayTests
{
    [Fact]
    public void NothingLaidOver_GivesTheDefaults() => Assert.Equal(new PpoSettings(), Overlay().Build());

    [Fact]
    public void EmptyJson_EqualsNew()
    {
        Assert.Equal(new PpoSettings(), Overlay().Add([], "file").Build());
        Assert.Equal(new PolicySettings(), new SettingsOverlay<PolicySettings>(new PolicySettings(), PolicyJson.Default.PolicySettings).Add([], "file").Build());
        Assert.Equal(new TabularSettings(), new SettingsOverlay<TabularSettings>(new TabularSettings(), SettingsJson.Default.TabularSettings).Add([], "file").Build());
        Assert.Equal(new LinearSettings(), new SettingsOverlay<LinearSettings>(new LinearSettings(), SettingsJson.Default.LinearSettings).Add([], "file").Build());
    }

    [Fact]
    public void ListsOfNumbers_AreReadAndRefused()
    {
        var overlay = new SettingsOverlay<LinearSettings>(new LinearSettings(), SettingsJson.Default.LinearSettings);
        var settings = overlay.Add("low", "-1.2,-0.07", "x").Add("high", "[0.6, 0.07]", "x").Add("features", "radialBasis", "x").Build();
        Assert.Equal([-1.2f, -0.07f], settings.Low);
        Assert.Equal([0.6f, 0.07f], settings.High);
        Assert.Equal(FeatureKind.RadialBasis, settings.Features);
        Assert.Equal("The setting 'low' is a,b, which is no list of numbers as -1.2,0.6.", Assert.Throws<ArgumentException>(() => overlay.Add("low", "a,b", "x")).Message);
    }

    [Fact]
    public void LaterLayers_StandOverEarlierOnes_AndSourcesAreKept()
    {
        var overlay = Overlay()
            .Add(new JsonObject { ["gamma"] = 0.9, ["batchSize"] = 128 }, "tuned")
            .Add("GAMMA", "0.95", "--set");
        var settings = overlay.Build();
        Assert.Equal(0.95, settings.Gamma);
        Assert.Equal(128, settings.BatchSize);
        Assert.Equal("--set", overlay.Sources["gamma"]);
        Assert.Equal("tuned", overlay.Sources["batchSize"]);
        Assert.Equal("default", overlay.Sources["epochs"]);
    }

    [Fact]
    public void Texts_AreReadByTheirSettingsType()
    {
        var settings = Overlay()
            .Add("hiddenSizes", "256,128", "x").Add("learningRate", "linear:1e-3", "x").Add("clipRange", "cosine:0.2", "x")
            .Add("activation", "relu", "x").Add("sharedNetwork", "true", "x").Add("seed", "7", "x").Add("steps", "1e6", "x").Build();
        Assert.Equal([256, 128], settings.HiddenSizes);
        Assert.Equal(Schedule.Linear(1e-3), settings.LearningRate);
        Assert.Equal(0.1, settings.ClipRange.At(0.5), 1e-12);
        Assert.Equal(Activation.Relu, settings.Activation);
        Assert.True(settings.SharedNetwork);
        Assert.Equal(7UL, settings.Seed);
        Assert.Equal(1_000_000, settings.Steps);
    }

    [Theory]
    [InlineData("lerningRate", "1e-3", "Did you mean 'learningRate'?")]
    [InlineData("batchSize", "many", "whole number")]
    [InlineData("gamma", "nan", "is nan, which is no number")]
    [InlineData("gamma", "1e400", "is 1e400, which is no number")]
    [InlineData("activation", "tahn", "tanh")]
    [InlineData("learningRate", "soon", "linear:number")]
    [InlineData("sharedNetwork", "perhaps", "true or false")]
    public void WrongNamesAndValues_AreRefusedWithWhatToDo(string name, string text, string expected) =>
        Assert.Contains(expected, Assert.Throws<ArgumentException>(() => Overlay().Add(name, text, "x")).Message);

    [Fact]
    public void Schedules_PrintAsTheyAreRead()
    {
        foreach (var text in new[] { "0.001", "linear:0.001", "cosine:0.2" })
        {
            Assert.Equal(text, Schedule.Parse(text).ToString());
        }

        Assert.Equal(0.25, Schedule.Linear(1).At(0.25));
        Assert.Throws<FormatException>(() => Schedule.Parse("quadratic:1"));
        Assert.Throws<FormatException>(() => Schedule.Parse("0:1"));
    }

    [Fact]
    public void TunedSettings_AreThoseOfTheFile_ForEveryClassicControlTask()
    {
        foreach (var id in new[] { "CartPole-v1", "Acrobot-v1", "MountainCar-v0", "MountainCarContinuous-v0", "Pendulum-v1" })
        {
            Assert.NotEqual(new PpoSettings(), PpoSettings.For(id));
        }

        Assert.Equal(new PpoSettings(), PpoSettings.For("Unknown-v0"));
        Assert.Equal(8, PpoSettings.For("CartPole-v1").Environments);
        Assert.Equal(Schedule.Linear(1e-3), PpoSettings.For("CartPole-v1").LearningRate);
    }

    private static SettingsOverlay<PpoSettings> Overlay() => new(new PpoSettings(), SettingsJson.Default.PpoSettings);
}
